// Takes what a claim link offers, in a real browser: looks, opens the way into a wallet, downloads the certificate.
// Reads {"chromium", "base", "pages": {name: path}, "wallet": path, "shots"?: folder} on stdin;
// answers {"pages": {name: [violation]}, "file", "opened", "stillThere", "foreign"}.
import {chromium} from "playwright-core";
import {createRequire} from "node:module";
import {text} from "node:stream/consumers";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const LOOKS = {light: {}, dark: {colorScheme: "dark"}, phone: {viewport: {width: 320, height: 640}}};

const request = JSON.parse(await text(process.stdin));
const browser = await chromium.launch({executablePath: request.chromium, args: FLAGS});
const foreign = [], pages = {};

async function open(path, options) {
  const context = await browser.newContext({bypassCSP: true, acceptDownloads: true, ...options});
  const page = await context.newPage();
  page.on("request", (sent) => { if (!sent.url().startsWith(request.base) && !sent.url().startsWith("data:")) foreign.push(sent.url()); });
  await page.goto(request.base + path);
  return page;
}

async function judge(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  if (request.shots) await page.screenshot({path: `${request.shots}/${name}.png`, fullPage: true});
  await page.addScriptTag({path: axe});
  const found = await page.evaluate((tags) => window.axe.run({runOnly: tags}), RULES);
  const told = found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  pages[name] = [...told, ...(wide ? ["scrolls sideways"] : [])];
}

for (const [look, options] of Object.entries(LOOKS)) {
  for (const [name, path] of Object.entries(request.pages)) {
    const page = await open(path, options);
    await judge(page, `${name} ${look}`);
    await page.context().close();
  }
  const page = await open(request.wallet, {javaScriptEnabled: true, ...options});
  await page.locator("form[action*='/wallet'] button").click();
  await page.waitForSelector(".qr-code svg");
  await judge(page, `wallet ${look}`);
  await page.context().close();
}

// Without script: the certificate comes as a file, and the page is still there for the next way.
const plain = await open(request.wallet, {javaScriptEnabled: false});
const [download] = await Promise.all([plain.waitForEvent("download"), plain.locator("button[value=pdf]").click()]);
const file = download.suggestedFilename();
await plain.locator("form[action*='/wallet'] button").click();
const opened = await plain.locator("a.button").first().getAttribute("href");
await plain.goto(request.base + request.wallet);
const stillThere = await plain.locator("h1").innerText();

await browser.close();
console.log(JSON.stringify({pages, file, opened, stillThere, foreign}));
