// Asks the wallets of this browser to store a badge, by way of a mediator: a page of a third party, which is opened in
// a frame when the button is pressed, and not before. It speaks JSON-RPC 2.0 in messages between windows, as the
// library web-request-rpc has it: it calls core.control.ready, show and hide; we call credentialsContainer.store.
import {tellTaken, wait} from "./claim.js";

const PATIENCE_MS = 30_000; // until the mediator is ready; the published polyfill waits as long
const STORE = "store"; // the id of our one call
const METHOD_NOT_FOUND = -32601;

const page = document.getElementById("chapi");
const button = document.getElementById("ask");
const said = document.getElementById("said");
const dialog = document.getElementById("mediator");
const {mediator} = page.dataset;

page.hidden = false;
button.addEventListener("click", ask);

async function ask() {
  button.disabled = true;
  said.textContent = said.dataset.asking;
  const outcome = await store(JSON.parse(page.dataset.request));
  button.disabled = false;
  said.textContent = said.dataset[outcome] || "";
  if (outcome !== "stored") {
    button.focus();
  } else if (page.dataset.stored) {
    await fetch(page.dataset.stored, {method: "POST"}).catch(() => {}); // the wallet has it, noted or not
    tellTaken();
  } else {
    wait(); // that it was fetched is known to the service alone
  }
}

// What came of it: stored, nothing, unreachable, trouble.
async function store(credential) {
  const frame = document.createElement("iframe");
  const listening = new AbortController();
  try {
    return await new Promise((end) => {
      const patience = setTimeout(end, PATIENCE_MS, "unreachable");
      const send = (message) => frame.contentWindow.postMessage({jsonrpc: "2.0", ...message}, mediator);
      const control = {
        ready() {
          clearTimeout(patience);
          send({id: STORE, method: "credentialsContainer.store", params: [credential]});
        },
        show() { if (!dialog.open) dialog.showModal(); },
        hide() { dialog.close(); },
      };
      window.addEventListener("message", ({source, origin, data}) => {
        if (source !== frame.contentWindow || origin !== mediator || data?.jsonrpc !== "2.0") return;
        if (data.method) obey(control, data, send);
        else if (data.id === STORE) end(outcomeOf(data));
      }, listening);
      dialog.addEventListener("cancel", () => end("nothing"), listening);
      document.getElementById("close").addEventListener("click", () => end("nothing"), listening);
      load(frame);
    });
  } finally {
    listening.abort();
    dialog.close();
    frame.remove();
  }
}

function load(frame) {
  frame.title = dialog.getAttribute("aria-label");
  frame.referrerPolicy = "origin"; // the mediator has to know who asks; the rest of this page's address is a secret
  frame.src = `${mediator}/mediator`;
  dialog.append(frame);
}

function obey(control, {id, method}, send) {
  const [, name] = method.split("core.control.");
  if (Object.hasOwn(control, name)) {
    control[name]();
    send({id, result: null});
  } else {
    send({id, error: {code: METHOD_NOT_FOUND, message: "Method not found"}});
  }
}

function outcomeOf({error, result}) {
  if (error) return "trouble";
  return result ? "stored" : "nothing";
}
