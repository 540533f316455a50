// The page works without this file. With it: dropped files, the camera, and what is asked of whom while the check runs.
import {readyReport} from "./report.js";
import {scan} from "./scan.js";

let sent = null; // what was checked last, to say it again in another language
let pushed = false; // whether an answer stands over the form in the browser's history

function readyForm() {
  const form = document.getElementById("check");
  if (!form) return;
  const drop = document.getElementById("drop");
  const file = document.getElementById("file");
  const url = document.getElementById("url");
  const text = document.getElementById("text");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length > 0) {
      file.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
  file.addEventListener("change", () => { if (file.files.length > 0) form.requestSubmit(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check(new FormData(form), new URL(form.action).search);
  });
  scan((found) => {
    (/^https?:\/\//.test(found) ? url : text).value = found;
    file.value = "";
    form.requestSubmit();
  });
}

// Sends what is to be checked and reads the answer line by line; the last line is the page with the verdict.
async function check(what, query) {
  sent = what;
  const form = document.getElementById("check");
  const steps = begin(form);
  try {
    const answer = await fetch("/verify/progress" + query, {method: "POST", body: what});
    if (!(answer.headers.get("content-type") || "").startsWith("application/x-ndjson")) throw new Error("no lines");
    for await (const line of lines(answer.body)) {
      if (line.page) show(line.page); else if (steps) tell(steps, line);
    }
  } catch {
    if (form && form.isConnected) form.submit(); else location.reload();
  }
}

function begin(form) {
  if (!form) return null;
  const steps = document.getElementById("steps");
  steps.replaceChildren();
  tell(steps, {text: steps.dataset.read});
  form.hidden = true;
  document.getElementById("progress").hidden = false;
  return steps;
}

function tell(steps, line) {
  const asked = line.answers ? steps.querySelector(`[data-asked="${line.answers}"]`) : null;
  const step = asked || steps.appendChild(document.createElement("li"));
  if (line.asks) {
    step.dataset.asked = line.asks;
    step.className = "waiting";
  } else if (line.answers) {
    step.className = line.is_there ? "there" : "missing";
  }
  step.textContent = asked ? `${step.textContent}. ${line.text}` : line.text;
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const {value, done} = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part);
  }
}

// Takes over a page of ours as it would be shown after a form was sent. Scripts in it do not run: this one serves it.
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  if (document.getElementById("check")) {
    history.pushState({}, "");
    pushed = true;
  }
  document.body.replaceWith(document.adoptNode(page.body));
  window.scrollTo(0, 0);
  ready();
  const verdict = document.querySelector(".verdict h1, .verdict h2");
  if (verdict) {
    verdict.tabIndex = -1;
    verdict.focus({preventScroll: true});
  }
}

// The answer has no address of its own: another language says it again, and "back" leads to the form.
function readyLanguages() {
  for (const link of document.querySelectorAll(".tongues a")) {
    link.addEventListener("click", (event) => {
      if (sent && document.getElementById("report")) {
        event.preventDefault();
        check(sent, new URL(link.href).search);
      }
    });
  }
}
window.addEventListener("popstate", () => { if (pushed && !location.hash) location.reload(); }); // not for the skip link

function ready() {
  readyForm();
  readyReport();
  readyLanguages();
}

ready();
