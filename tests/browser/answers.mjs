// Every answer of /verify, and the form and an answer in every language, judged by axe. Reads a JSON request on stdin:
// {"chromium", "base", "states": {name: text}, "languages": [tag]}; answers {"states", "languages", "foreign", "errors"}.
import {text} from "node:stream/consumers";
import {Browser, answered, file, focused, judgeEverywhere, verdict} from "./chromium.mjs";

const request = JSON.parse(await text(process.stdin));
const browser = await Browser.launch(request);
const seen = {states: {}, languages: {}};
const done = (page) => page.context().close();

// Each document: chosen as file, answered without leaving the page, judged by axe in every way it can be shown.
for (const [name, content] of Object.entries(request.states)) {
  const page = await browser.open("/verify");
  await page.setInputFiles("#file", file(content));
  await answered(page);
  seen.states[name] = {
    verdict: await verdict(page),
    title: await page.title(),
    focused: await focused(page),
    axe: await judgeEverywhere(page),
  };
  await done(page);
}

// The form and an answer in each language.
for (const language of request.languages) {
  const page = await browser.open(`/verify?lang=${language}`);
  const form = await judgeEverywhere(page);
  await page.setInputFiles("#file", file(request.states["list-unreachable"]));
  await answered(page);
  seen.languages[language] = {form, report: await judgeEverywhere(page), said: await page.evaluate(() => document.documentElement.lang)};
  await done(page);
}

await browser.close();
console.log(JSON.stringify({...seen, foreign: browser.foreign, errors: browser.errors}));
