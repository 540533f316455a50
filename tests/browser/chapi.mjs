// The claim page and a wallet in the same browser, by way of a mediator (mediator.mjs) that the browser knows as
// https://mediator.example.
// stdin: {"chromium", "base", "public", "certificate", "key", "claims": {name: path}, "shots"?: folder}.
import {text} from "node:stream/consumers";
import {Browser, focused, judge, PHONE} from "./chromium.mjs";
import {Mediator} from "./mediator.mjs";
import {take} from "./wallet.mjs";

const HOST = "https://mediator.example";
const request = JSON.parse(await text(process.stdin));
const mediator = await Mediator.open(request.certificate, request.key);
const browser = await Browser.launch(request, `--host-resolver-rules=MAP mediator.example:443 127.0.0.1:${mediator.port}`);
const found = {pages: {}};

const local = (url) => url.replace(request.public, request.base);
async function post(url, body) {
  const answer = await fetch(local(url), {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body),
  });
  return {status: answer.status, body: await answer.json()};
}

// To the page that asks for a wallet in the browser; its own policy stays in force.
async function open(name, {language = "en", clock = false, ...options} = {}) {
  const page = await browser.open(`${request.claims[name]}?lang=${language}`, {bypassCSP: false, ignoreHTTPSErrors: true, ...options});
  if (clock) await page.clock.install();
  const way = page.locator("form[action*='/browser-wallet'] button");
  if (!await way.isVisible()) await page.locator("details summary").first().click();
  await way.click();
  await page.waitForSelector("h1");
  return page;
}

const frame = (page) => page.frameLocator("#mediator iframe");
const said = async (page, which) => {
  await page.waitForFunction((name) => {
    const line = document.getElementById("said");
    return line.textContent && line.textContent === line.dataset[name];
  }, which, {polling: 100}); // not by frames: a page behind a dialog may draw none
  return {said: await page.locator("#said").innerText(), focused: await focused(page), open: await page.locator("#mediator[open]").count()};
};
async function press(page, button) {
  await page.locator("#ask").click();
  await frame(page).locator(button).click();
}
async function look(page, name) {
  if (request.shots) await page.screenshot({path: `${request.shots}/${name}.png`, fullPage: true});
  found.pages[name] = await judge(page);
}

// It is asked for by the click alone, fetches the badge by VC-API, and only then the page says that it has it.
{
  const page = await open("fetched");
  const [heading, who] = [await page.locator("h1").innerText(), await page.locator("section p").first().innerText()];
  found.before = {heading, who, foreign: [...browser.foreign], asked: [...mediator.asked]};
  let badge;
  mediator.wallet = async ({options}) => {
    ({badge} = await take(options.protocols.vcapi, post));
    return {result: {type: "web", dataType: "OutOfBand", data: null}};
  };
  await press(page, "#wallet");
  await page.waitForSelector("#taken:not([hidden])");
  found.fetched = {badge, ...mediator.received.at(-1), focused: await focused(page), foreign: browser.foreign.filter((url) => !url.startsWith(HOST))};
  await page.goto(`${request.base}${request.claims.fetched}?lang=en`);
  found.fetched.later = await page.locator(".verdict h2 span").last().innerText();
  await page.context().close();
}

// The published polyfill, asked to store the same, says the same to the same mediator.
{
  mediator.request = JSON.stringify(found.fetched.credential);
  mediator.wallet = () => ({result: {type: "web", dataType: "OutOfBand", data: null}});
  const context = await browser.browser.newContext({ignoreHTTPSErrors: true});
  const page = await context.newPage();
  await page.goto(`${HOST}/issuer`);
  await page.locator("#give").click();
  await page.frameLocator("iframe").locator("#wallet").click();
  await page.waitForFunction(() => document.title === "stored", null, {polling: 100});
  found.polyfill = mediator.received.at(-1).credential;
  await context.close();
}

// She says no; she closes it, by button and by key; the wallet fails; nobody is there.
{
  const page = await open("refused");
  await press(page, "#no");
  found.refused = await said(page, "nothing");
  await page.locator("#ask").click();
  await frame(page).locator("#wallet").waitFor();
  await page.locator("#close").click();
  found.closed = await said(page, "nothing");
  await page.locator("#ask").click();
  await frame(page).locator("#wallet").waitFor();
  await page.locator("#close").focus();
  await page.keyboard.press("Escape");
  found.escaped = await said(page, "nothing");
  mediator.wallet = () => ({error: "The wallet is broken."});
  await press(page, "#wallet");
  found.broken = await said(page, "trouble");
  await page.context().close();

  mediator.mood = "silent";
  const waiting = await open("refused", {clock: true});
  await waiting.locator("#ask").click();
  found.asking = await waiting.locator("#said").innerText();
  await waiting.waitForSelector("#mediator iframe", {state: "attached"});
  await waiting.clock.fastForward(31_000);
  found.silent = await said(waiting, "unreachable");
  mediator.mood = "willing";
  mediator.wallet = () => ({result: null});
  await press(waiting, "#no");
  found.again = await said(waiting, "nothing");
  await waiting.context().close();
}

// An older wallet keeps the presentation as it comes, and says that all is well.
{
  mediator.wallet = ({dataType, data}) => ({result: {type: "web", dataType, data}});
  const page = await open("handed");
  await press(page, "#wallet");
  await page.waitForFunction(() => document.getElementById("waiting").textContent, null, {polling: 100});
  found.unfetched = {waits: await page.locator("#waiting").innerText(), taken: await page.locator("#taken").isVisible()};
  await page.locator("details summary").click();
  await page.locator("form[action*='/browser-wallet-handed'] button").click();
  await page.waitForSelector("#ask");
  await press(page, "#wallet");
  await page.waitForSelector("#taken:not([hidden])");
  found.handed = {...mediator.received.at(-1), focused: await focused(page)};
  await page.context().close();
}

// A page that shows a code for a wallet elsewhere says by itself when that wallet has the badge.
{
  const page = await browser.open(`${request.claims.scanned}?lang=en`);
  await page.locator("details summary").first().click();
  await page.locator("form[action*='/learner-credential-wallet'] button").click();
  const link = await page.locator("a[href^='https://lcw.app/request']").getAttribute("href");
  const {protocols} = JSON.parse(new URL(link).searchParams.get("request"));
  const {badge} = await take(protocols.vcapi, post);
  await page.waitForSelector("#taken:not([hidden])");
  found.scanned = {badge, focused: await focused(page), code: await page.locator(".qr-code").isVisible()};
  await page.context().close();
}

// Without script it says so; an offer with a transaction code has one protocol.
{
  const plain = await open("refused", {javaScriptEnabled: false});
  found.plain = {told: await plain.locator("noscript").innerText(), button: await plain.locator("#ask").isVisible()};
  await plain.context().close();
  const page = await open("guarded");
  await press(page, "#no");
  await said(page, "nothing");
  found.guarded = mediator.received.at(-1).credential.options.protocols;
  found.guardedOlder = await page.locator("details").count();
  await page.context().close();
}

const LOOKS = {en: {}, bg: {colorScheme: "dark"}, de: {viewport: PHONE}};
for (const [language, options] of Object.entries(LOOKS)) {
  const page = await open("refused", {bypassCSP: true, language, ...options});
  await look(page, `chapi ${language}`);
  await page.locator("#ask").click();
  await frame(page).locator("#no").waitFor();
  await look(page, `chapi ${language} asked`);
  await frame(page).locator("#no").click();
  await said(page, "nothing");
  await look(page, `chapi ${language} refused`);
  await page.context().close();
}

await browser.close();
mediator.close();
console.log(JSON.stringify({...found, errors: browser.errors}));
