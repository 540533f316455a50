// Visits pages in a real browser and judges each with axe (WCAG 2.2 AA). Reads a JSON request on stdin:
// {"chromium", "base", "pages": [path], "badge": text}; answers {"pages": {path: [violation]}, "dropped", "pasted", "keyboard"}.
import {chromium} from "playwright-core";
import {createRequire} from "node:module";
import {text} from "node:stream/consumers";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

const request = JSON.parse(await text(process.stdin));
const browser = await chromium.launch({executablePath: request.chromium, args: FLAGS});
const foreign = [];

// bypassCSP: axe is put into the page by us; the page's own policy would rightly refuse it.
async function open(path, options = {}) {
  const context = await browser.newContext({bypassCSP: true, ...options});
  const page = await context.newPage();
  page.on("request", (sent) => { if (!sent.url().startsWith(request.base) && !sent.url().startsWith("data:")) foreign.push(sent.url()); });
  await page.goto(request.base + path);
  return page;
}

async function judge(page) {
  await page.addScriptTag({path: axe});
  const found = await page.evaluate((tags) => window.axe.run({runOnly: tags}), RULES);
  return found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const pages = {};
for (const path of request.pages) {
  for (const [name, options] of [["light", {}], ["dark", {colorScheme: "dark"}], ["phone", {viewport: {width: 320, height: 640}}]]) {
    const page = await open(path, options);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    pages[`${path} ${name}`] = [...await judge(page), ...(wide ? ["scrolls sideways"] : [])];
    await page.context().close();
  }
}

// A file chosen: the form is sent by itself, the verdict is the first heading.
const chosen = await open("/verify");
await chosen.setInputFiles("#file", {name: "badge.json", mimeType: "application/json", buffer: Buffer.from(request.badge)});
await chosen.waitForURL("**/verify/report");
const dropped = await chosen.locator("h1").innerText();
pages["report"] = await judge(chosen);

// Without script, by keyboard alone: Tab to the text, paste, Tab to the button, Enter.
const plain = await open("/verify", {javaScriptEnabled: false});
await plain.focus("#file");
await plain.keyboard.press("Tab");
await plain.keyboard.insertText(request.badge.replace("Delivery", "Delivering"));
await plain.keyboard.press("Tab");
await plain.keyboard.press("Enter");
await plain.waitForURL("**/verify/report");
const pasted = await plain.locator("h1").innerText();

await browser.close();
console.log(JSON.stringify({pages, dropped, pasted, foreign}));
