// The employer's journey at /verify in a real browser. Reads a JSON request on stdin:
// {"chromium", "base", "states": {name: text}, "issued": text, "slow": text, "release", "linked": URL, "camera": file};
// answers what was seen, by step.
import {text} from "node:stream/consumers";
import {Browser, PHONE, answered, file, judge, judgeEverywhere, focused, verdict} from "./chromium.mjs";

const request = JSON.parse(await text(process.stdin));
const browser = await Browser.launch(request, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
  `--use-file-for-fake-video-capture=${request.camera}`);
const seen = {};

const done = (page) => page.context().close();

// While it goes on: what is asked of whom stands there before the answer does.
{
  const page = await browser.open("/verify");
  await page.setInputFiles("#file", file(request.slow));
  await page.waitForSelector("#steps li.waiting");
  seen.progress = {axe: await judgeEverywhere(page), steps: await page.locator("#steps li").allInnerTexts()};
  await page.request.post(`${request.base}/verify`, {data: {url: request.release}});
  await answered(page);
  seen.progress.verdict = await verdict(page);
  await done(page);
}

// An answer in another language, and back to the form.
{
  const page = await browser.open("/verify");
  await page.setInputFiles("#file", file(request.states.revoked));
  await answered(page);
  await page.click('.tongues a[hreflang="de"]');
  await page.waitForSelector('html[lang="de"]');
  seen.switched = await page.locator("h1").innerText();
  await page.goBack();
  await page.waitForSelector("#check");
  seen.back = await page.locator("#check").isVisible();
  await done(page);
}

// A file that is dropped.
{
  const page = await browser.open("/verify");
  await page.evaluate((content) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([content], "badge.json", {type: "application/json"}));
    document.getElementById("drop").dispatchEvent(new DragEvent("drop", {dataTransfer: dropped, bubbles: true, cancelable: true}));
  }, request.states.valid);
  await answered(page);
  seen.dropped = await verdict(page);
  await done(page);
}

// By keyboard alone, on a phone: the skip link, the address, Enter; then a fold of the answer.
{
  const page = await browser.open("/verify", {viewport: PHONE});
  await page.keyboard.press("Tab");
  seen.skip = await focused(page);
  await page.keyboard.press("Enter");
  const reach = async (selector) => {
    for (let steps = 0; steps < 60; steps += 1) {
      if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`${selector} cannot be reached with Tab`);
  };
  await reach("#url");
  await page.keyboard.insertText(request.linked);
  await page.keyboard.press("Enter");
  await answered(page);
  seen.keyboard = {verdict: await verdict(page), focused: await focused(page)};
  await reach("#report > section details.all > summary");
  await page.keyboard.press("Enter");
  seen.keyboard.unfolded = await page.locator("#report > section details.all").first().evaluate((fold) => fold.open);
  seen.keyboard.checks = await page.locator("#report > section .checks > li").first().isVisible();
  await done(page);
}

// Without script: text, address and file are sent as a plain form.
{
  const page = await browser.open("/verify?lang=es", {javaScriptEnabled: false, viewport: PHONE});
  seen.plain = {camera: await page.locator("#scan-way").isVisible()};
  await page.locator(".paste > summary").first().click();
  await page.fill("#text", request.states.valid);
  await page.click('#check button[type="submit"]');
  await answered(page);
  seen.plain.verdict = await verdict(page);
  seen.plain.said = await page.locator("html").getAttribute("lang");
  await page.goto(request.base + "/verify");
  await page.fill("#url", request.linked);
  await page.click('#check button[type="submit"]');
  await answered(page);
  seen.plain.linked = await verdict(page);
  await done(page);
}

// A QR code before the camera, on a phone; the camera is not opened before she asks for it, and closed on success.
{
  const page = await browser.open("/verify", {viewport: PHONE, permissions: ["camera"]});
  seen.camera = {before: await page.evaluate(() => document.getElementById("video").srcObject === null)};
  await page.click("#scan");
  await page.waitForSelector("#video:not([hidden])");
  seen.camera.axe = await judge(page);
  await answered(page);
  seen.camera.verdict = await verdict(page);
  await done(page);
  const able = await browser.open("/verify", {permissions: ["camera"]}); // a browser that reads codes itself
  const sent = [];
  able.on("request", (one) => sent.push(new URL(one.url()).pathname));
  await able.evaluate((code) => {
    window.BarcodeDetector = class {
      static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
      detect(video) { return Promise.resolve(video.videoWidth ? [{rawValue: code}] : []); }
    };
  }, request.linked);
  await able.click("#scan");
  await answered(able);
  seen.camera.able = {verdict: await verdict(able), asksService: sent.includes("/verify/qr")};
  await done(able);
  const denied = await browser.open("/verify");
  await denied.evaluate(() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error("denied")); });
  await denied.click("#scan");
  await denied.waitForSelector("#camera-said:not(:empty)");
  seen.camera.denied = await denied.locator("#camera-said").innerText();
  await done(denied);
}

// For the files: one page on paper, every fold open.
{
  const page = await browser.open("/verify?lang=de");
  await page.setInputFiles("#file", file(request.states.valid));
  await answered(page);
  const [receipt] = await Promise.all([page.waitForEvent("download"), page.click("a[download]")]);
  seen.receipt = receipt.suggestedFilename();
  seen.printable = await page.locator("#print").isVisible();
  const printed = await page.pdf({format: "A4"});
  seen.sheets = printed.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  seen.unfolded = await page.locator("#report details:not([open])").count();
  await done(page);
}

// Badges against a role.
{
  const page = await browser.open("/match?framework=smart-city-reference&role=SCPM&lang=ro");
  seen.match = {form: await judgeEverywhere(page)};
  await page.setInputFiles("#files", [file(request.issued), file(request.states.revoked), file("no badge")]);
  await page.click('main button[type="submit"]');
  await page.waitForSelector("[data-match]");
  seen.match.report = await judgeEverywhere(page);
  seen.match.badges = await page.locator(".checks > li").count();
  await done(page);
}

await browser.close();
console.log(JSON.stringify({...seen, foreign: browser.foreign, errors: browser.errors}));
