// Visits pages in a real browser and judges each with axe. Reads a JSON request on stdin:
// {"chromium", "base", "pages": [path]}; answers {"pages": {path: {"light": [violation], "dark", "phone"}}, "foreign", "errors"}.
import {text} from "node:stream/consumers";
import {Browser, judgeEverywhere} from "./chromium.mjs";

const request = JSON.parse(await text(process.stdin));
const browser = await Browser.launch(request);
const pages = {};
for (const path of request.pages) {
  const page = await browser.open(path);
  pages[path] = await judgeEverywhere(page);
  await page.context().close();
}
await browser.close();
console.log(JSON.stringify({pages, foreign: browser.foreign, errors: browser.errors}));
