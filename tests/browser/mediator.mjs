// A stand-in for the CHAPI mediator, over https on this machine: its page in the frame is made of the library that the
// real one uses (web-request-rpc), and a wallet without a browser stands behind it. Also a page of another issuer,
// which loads the published polyfill.
import {readFileSync} from "node:fs";
import {createServer} from "node:https";
import {createRequire} from "node:module";
import {dirname} from "node:path";
import {text} from "node:stream/consumers";

const {resolve} = createRequire(import.meta.url);
const RPC = dirname(resolve("web-request-rpc"));
const POLYFILL = dirname(resolve("credential-handler-polyfill")) + "/../dist/credential-handler-polyfill.min.js";

// What the person sees: her wallet, and a way to say no.
const MEDIATOR = `<!doctype html><html lang="en"><title>A mediator</title><main><h1>Choose a wallet</h1>
<button id="wallet">The wallet</button> <button id="no">Cancel</button></main>
<script type="module">
import {WebApp} from "/rpc/index.js";
const {mood} = await (await fetch("/mood")).json();
const app = new WebApp(document.referrer);
app.server.define("credentialsContainer", {async store(credential) {
  const press = new Promise((done) => {
    for (const button of document.querySelectorAll("button")) button.onclick = () => done(button.id);
  });
  await app.show();
  const sent = {pressed: await press, credential, referrer: document.referrer};
  const answer = await (await fetch("/wallet", {method: "POST", body: JSON.stringify(sent)})).json();
  await app.hide();
  if (answer.error) throw new Error(answer.error);
  return answer.result;
}});
if (mood !== "silent") { await app.connect(); await app.ready(); }
</script></html>`;

const OTHER_ISSUER = (request) => `<!doctype html><html lang="en"><title>Another issuer</title>
<script src="/polyfill.js"></script><button id="give">Give</button>
<script>
document.getElementById("give").onclick = async () => {
  await credentialHandlerPolyfill.loadOnce({mediatorOrigin: location.origin});
  const {dataType, data, options} = ${request};
  const result = await navigator.credentials.store(new WebCredential(dataType, data, options));
  document.title = result ? "stored" : "nothing";
};
</script></html>`;

export class Mediator {
  mood = "willing"; // or silent
  request = "null"; // what the other issuer sends, as JSON
  asked = []; // what was asked of this host, by path
  received = []; // what arrived in the frame: {pressed, credential, referrer}
  wallet = () => ({result: null}); // what comes of it: {result} or {error}

  static async open(certificate, key) {
    const made = new Mediator();
    made.server = createServer({cert: readFileSync(certificate), key: readFileSync(key)}, (...both) => made.answer(...both));
    await new Promise((done) => made.server.listen(0, "127.0.0.1", done));
    made.port = made.server.address().port;
    return made;
  }

  async answer(request, response) {
    const [path] = request.url.split("?");
    this.asked.push(path);
    const send = (kind, body) => response.writeHead(200, {"Content-Type": kind}).end(body);
    const json = (value) => send("application/json", JSON.stringify(value));
    if (path === "/mediator") return send("text/html", MEDIATOR);
    if (path === "/issuer") return send("text/html", OTHER_ISSUER(this.request));
    if (path === "/mood") return json({mood: this.mood});
    if (path === "/polyfill.js") return send("text/javascript", readFileSync(POLYFILL));
    if (/^\/rpc\/\w+\.js$/.test(path)) return send("text/javascript", readFileSync(RPC + path.slice(4)));
    if (path === "/wallet") {
      const sent = JSON.parse(await text(request));
      this.received.push(sent);
      return json(sent.pressed === "no" ? {result: null} : await this.wallet(sent.credential));
    }
    return response.writeHead(404).end();
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
