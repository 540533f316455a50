// Asks a holder in a real browser: makes a code, sees a wallet decline without loading the page anew, reads an answer.
// Reads {"chromium", "base", "answered": path of a request with an answer, "shots"?: folder} on stdin;
// answers {"pages": {name: {look: [violation]}}, "declined", "looked", "verdict", "foreign", "errors"}.
import {text} from "node:stream/consumers";
import {Browser, judgeEverywhere, verdict} from "./chromium.mjs";

const request = JSON.parse(await text(process.stdin));
const browser = await Browser.launch(request);
const pages = {};

async function judge(page, name) {
  pages[name] = await judgeEverywhere(page);
  if (request.shots) {
    await page.setViewportSize({width: 360, height: 740});
    await page.screenshot({path: `${request.shots}/ask-${name}.png`, fullPage: true});
  }
}

// What a wallet does that its holder told to decline.
async function decline(page) {
  const link = await page.locator("a[href^='openid4vp:']").getAttribute("href");
  const path = new URL(new URLSearchParams(link.split("?")[1]).get("response_uri")).pathname;
  await fetch(request.base + path, {method: "POST", body: new URLSearchParams({error: "access_denied"})});
}

const page = await browser.open("/verify?lang=en");
await page.locator("a[href^='/verify/ask']").click();
await judge(page, "begin");
await page.locator("main form button").click();
await page.waitForSelector(".qr-code svg");
await page.waitForSelector("#waiting:not([hidden])");
await judge(page, "code");
await decline(page);
await page.waitForSelector("[data-verdict=unread]");
const declined = await page.locator("[data-verdict] h2").innerText();
await judge(page, "declined");

// Without script: a link looks for the answer.
const plain = await browser.open("/verify/ask?lang=en", {javaScriptEnabled: false});
await plain.locator("main form button").click();
await decline(plain);
await plain.locator("main a.button").last().click();
const looked = await plain.locator("[data-verdict] h2").innerText();

const told = await browser.open(request.answered);
await judge(told, "answered");
const found = await verdict(told);

await browser.close();
console.log(JSON.stringify({pages, declined, looked, verdict: found, foreign: browser.foreign, errors: browser.errors}));
