// A learner sends a badge from her pages to another service, without any script, and comes back; pages and axe.
// Reads {"chromium", "base", "there", "plain": addresses, "cookies": [{name, value, url}], "pages": {name: path}, "shots"?}
// on stdin; answers {"steps": [heading], "arrived": text, "address", "pages": {name: [violation]}, "foreign", "origin",
// "site", "asked"}.
import {text} from "node:stream/consumers";
import {Browser, judgeEverywhere, PHONE} from "./chromium.mjs";

const request = JSON.parse(await text(process.stdin));
const names = ["here.example", "there.example", "plain.example"].map((name) => `MAP ${name} 127.0.0.1`);
const browser = await Browser.launch(request, `--host-resolver-rules=${names.join(",")}`);
const pages = {};
const steps = [];

async function signedIn(options) {
  const page = await browser.open("/me/sign-in", {ignoreHTTPSErrors: true, ...options});
  await page.context().addCookies(request.cookies);
  return page;
}

// The way there and back, under the pages' own policies.
const page = await signedIn({bypassCSP: false, javaScriptEnabled: false});
const heading = async () => steps.push(await page.locator("h1").innerText());
await page.goto(`${request.base}/me/push`);
await heading();
await page.fill("#host", request.there);
await page.check("#b1");
await page.click("main form[action^='/me/push'] button");
await heading();
const sent = new URL(page.url()).pathname;
await page.click("main form[action$='/ask'] button");
await heading();
await page.click("main form[action='/oauth/authorize'] button[value=allow]");
await page.waitForURL(`${request.base}/me/push/**`);
await heading();
const address = page.url();
const arrived = await page.locator("main .todo").innerText();
await page.context().close();

const looked = await signedIn();
browser.foreign.length = 0;
for (const [name, path] of Object.entries({...request.pages, done: sent, "done-bg": `${sent}?lang=bg`})) {
  await looked.goto(request.base + path);
  for (const [look, told] of Object.entries(await judgeEverywhere(looked))) pages[`${name} ${look}`] = told;
  if (request.shots) {
    await looked.setViewportSize(PHONE);
    await looked.screenshot({path: `${request.shots}/push-${name}-phone.png`, fullPage: true});
    await looked.setViewportSize({width: 1280, height: 720});
  }
}
const foreign = [...browser.foreign];

// Over plain http browsers do not say Sec-Fetch-Site: a form of ours is known by its Origin.
const plain = await browser.open("/me/sign-in", {ignoreHTTPSErrors: true});
await plain.goto(`${request.plain}/me/sign-in`);
await plain.fill("#email", "whoever@example.org");
const [posted] = await Promise.all([plain.waitForRequest((one) => one.method() === "POST"), plain.keyboard.press("Enter")]);
await plain.waitForSelector("text=Look into your mailbox");
const headers = await posted.allHeaders();

await browser.close();
console.log(JSON.stringify({
  steps, arrived, address, pages, foreign, origin: headers.origin, site: headers["sec-fetch-site"] ?? null,
}));
