// What the scripts here share: a browser, pages in it whose foreign requests are noticed, and axe (WCAG 2.2 AA).
import {chromium} from "playwright-core";
import {createRequire} from "node:module";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
export const PHONE = {width: 360, height: 740};

export class Browser {
  static async launch(request, ...flags) {
    const made = new Browser();
    made.base = request.base;
    made.foreign = []; // addresses that a page asked for and that are not ours
    made.errors = []; // what scripts complained about
    made.browser = await chromium.launch({executablePath: request.chromium, args: [...FLAGS, ...flags]});
    return made;
  }

  // bypassCSP: axe is put into the page by us; the page's own policy would rightly refuse it.
  async open(path, options = {}) {
    const context = await this.browser.newContext({bypassCSP: true, ...options});
    const page = await context.newPage();
    page.on("request", (sent) => {
      if (!sent.url().startsWith(this.base) && !sent.url().startsWith("data:")) this.foreign.push(sent.url());
    });
    page.on("pageerror", (error) => this.errors.push(`${path}: ${error.message}`));
    await page.goto(this.base + path);
    return page;
  }

  close() {
    return this.browser.close();
  }
}

// What axe objects to, and whether the page scrolls sideways. `rules`: of axe, all when none are named.
export async function judge(page, ...rules) {
  if (!await page.evaluate(() => "axe" in window)) await page.addScriptTag({path: axe});
  const found = await page.evaluate((chosen) => window.axe.run({runOnly: chosen}), rules.length ? rules : RULES);
  const told = found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  return wide ? [...told, "scrolls sideways"] : told;
}

// The page with all folds open; in the dark and on a phone only the rules that can have another outcome there.
export async function judgeEverywhere(page) {
  await page.evaluate(() => { for (const fold of document.querySelectorAll("details")) fold.open = true; });
  const size = page.viewportSize();
  const told = {};
  told.light = await judge(page);
  await page.emulateMedia({colorScheme: "dark"});
  told.dark = await judge(page, "color-contrast");
  await page.emulateMedia({colorScheme: "light"});
  await page.setViewportSize(PHONE);
  told.phone = await judge(page, "target-size", "scrollable-region-focusable");
  await page.setViewportSize(size);
  return told;
}

// What the scripts about /verify share.
export const file = (content) => ({name: "badge.json", mimeType: "application/json", buffer: Buffer.from(content)});
export const answered = (page) => page.waitForSelector("[data-verdict]");
export const verdict = (page) => page.locator("[data-verdict]").first().getAttribute("data-verdict");
export const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim());
