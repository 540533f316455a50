// The pages work without this file. With it: they say by themselves when a wallet has the badge.
const EVERY_MS = 2000;
const waiting = document.getElementById("waiting");
let isWaiting = false;

// Says that it waits, and looks until a wallet has the badge or its code is too old. Once is enough.
export function wait() {
  waiting.textContent = waiting.dataset.text;
  if (isWaiting) return;
  isWaiting = true;
  look(Date.now() + Number(waiting.dataset.lastsMs));
}

export function tellTaken() {
  waiting.textContent = "";
  for (const part of document.querySelectorAll("[data-until-taken]")) part.hidden = true; // there is nothing more to scan
  const taken = document.getElementById("taken");
  taken.hidden = false;
  taken.focus();
}

async function look(until) {
  const state = await ask();
  if (state === "claimed") {
    tellTaken();
  } else if (state !== "open" || Date.now() > until) {
    waiting.textContent = waiting.dataset.over;
  } else {
    setTimeout(look, EVERY_MS, until);
  }
}

async function ask() {
  try {
    const answer = await fetch(waiting.dataset.state, {headers: {Accept: "application/json"}});
    return answer.ok ? (await answer.json()).state : "open"; // asked too often, or something passing: look again
  } catch {
    return "open"; // no network for a moment: the next look may have it
  }
}
