// A learner is asked by services what they may do; her answer leads back to them, under the page's own policy.
// Reads {"chromium", "base", "cookie": {name, value}, "pages": {name: path}, "asks": {name: path}, "shots"?: folder} on
// stdin; answers {"pages": {name: [violation]}, "back": {name: address}, "foreign": [address]}.
import {text} from "node:stream/consumers";
import {Browser, judgeEverywhere, PHONE} from "./chromium.mjs";

const request = JSON.parse(await text(process.stdin));
const browser = await Browser.launch(request, "--host-resolver-rules=MAP host.example.com 127.0.0.1:1");
const pages = {};
const back = {};

async function signedIn(options) {
  const page = await browser.open("/me/sign-in", options);
  await page.context().addCookies([{...request.cookie, url: request.base}]);
  return page;
}

// bypassCSP is off here: browsers hold the way of a form's answer against form-action.
for (const [name, path] of Object.entries(request.asks)) {
  const page = await signedIn({bypassCSP: false});
  await page.goto(request.base + path);
  const asked = page.waitForRequest((sent) => !sent.url().startsWith(request.base), {timeout: 10000});
  await page.click("main form button[value=allow]");
  back[name] = await asked.then((sent) => sent.url(), (error) => error.message);
  await page.context().close();
}
browser.foreign.length = 0; // where she was sent back to

const page = await signedIn();
for (const [name, path] of Object.entries(request.pages)) {
  await page.goto(request.base + path);
  for (const [look, told] of Object.entries(await judgeEverywhere(page))) pages[`${name} ${look}`] = told;
  if (request.shots) {
    await page.setViewportSize(PHONE);
    await page.screenshot({path: `${request.shots}/${name}-phone.png`, fullPage: true});
    await page.setViewportSize({width: 1280, height: 720});
  }
}
await browser.close();
console.log(JSON.stringify({pages, back, foreign: browser.foreign}));
