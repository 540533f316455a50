// A learner in a real browser: signs in by the link, looks round, shares, shows a part, brings a badge, erases herself.
// Reads {"chromium", "base", "link": path, "pages": {name: path}, "badge": text, "award": id, "shots"?: folder} on stdin;
// answers {"pages": {name: [violation]}, "asked", "after", "shared", "ended", "part", "levels": lines of each, "kept", "erased",
// "gone", "foreign"}.
import {text} from "node:stream/consumers";
import {Browser, judgeEverywhere, PHONE} from "./chromium.mjs";

const request = JSON.parse(await text(process.stdin));
const browser = await Browser.launch(request);
const pages = {};

async function note(page, name) {
  for (const [look, told] of Object.entries(await judgeEverywhere(page))) pages[`${name} ${look}`] = told;
  if (!request.shots) return;
  const size = page.viewportSize();
  await page.screenshot({path: `${request.shots}/${name}.png`, fullPage: true});
  await page.setViewportSize(PHONE);
  await page.screenshot({path: `${request.shots}/${name}-phone.png`, fullPage: true});
  await page.emulateMedia({colorScheme: "dark"});
  await page.screenshot({path: `${request.shots}/${name}-dark.png`, fullPage: true});
  await page.emulateMedia({colorScheme: "light"});
  await page.setViewportSize(size);
}

// Without a session she is led to the sign-in; whoever asks gets the same answer.
const page = await browser.open("/me");
await note(page, "sign-in");
await page.fill("#email", "whoever@example.org");
await page.keyboard.press("Enter");
await page.waitForSelector("text=Look into your mailbox");
const asked = await page.locator("h1").innerText();
await note(page, "sent");

// The link of the mail: a button, then her badges.
await page.goto(request.base + request.link);
await note(page, "link");
await page.click("main form button");
await page.waitForURL("**/me");
const after = await page.locator("h1").innerText();
for (const [name, path] of Object.entries(request.pages)) {
  await page.goto(request.base + path);
  await note(page, name);
}

// On a phone the levels, each one word, are not broken in the middle.
await page.setViewportSize(PHONE);
await page.goto(`${request.base}/me/badges/${request.award}`);
const levels = await page.locator("caption ~ tbody td:last-child").evaluateAll((cells) => cells.map((cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return range.getClientRects().length;
}));
await page.setViewportSize({width: 1280, height: 720});

// A page for others: made, seen by a stranger, ended, gone.
await page.goto(`${request.base}/me/shares/new?badge=${request.award}`);
await note(page, "share");
await page.check("#consent");
await page.click("main form[action='/me/shares'] button");
await page.waitForURL("**/me/shares");
await note(page, "shares");
const path = await page.locator(".card a").getAttribute("href");
const stranger = await browser.open(path);
const shared = await stranger.locator("main h2").innerText();
await note(stranger, "shared");
await page.click(".card button");
await page.waitForURL("**/me/shares");
await stranger.reload();
const ended = await stranger.locator("main").innerText();
await note(stranger, "ended");

// A part of a badge as a file, by keyboard.
await page.goto(`${request.base}/me/badges/${request.award}/choose`);
await note(page, "choose");
await page.focus("input[name=part]");
await page.keyboard.press("Space");
const [download] = await Promise.all([page.waitForEvent("download"), page.click("button[value=file]")]);
const part = download.suggestedFilename();

// A badge from elsewhere.
await page.goto(`${request.base}/me/foreign`);
await page.setInputFiles("#file", {name: "badge.json", mimeType: "application/json", buffer: Buffer.from(request.badge)});
await page.click("main form[action='/me/foreign'] button");
await page.waitForURL("**/me/foreign/*");
const kept = await page.locator(".verdict h2").innerText();
await note(page, "foreign-one");

// Erased: the word typed, signed out, nothing left.
await page.goto(`${request.base}/me/data`);
await note(page, "data");
await page.fill("#word", "erase");
await page.click("button.danger");
await page.waitForSelector("text=Nothing here tells of you any more");
const erased = await page.locator("h1").innerText();
await note(page, "erased");
await page.goto(`${request.base}/me`);
const gone = new URL(page.url()).pathname;

await browser.close();
console.log(JSON.stringify({pages, asked, after, shared, ended, part, levels, kept, erased, gone, foreign: browser.foreign}));
