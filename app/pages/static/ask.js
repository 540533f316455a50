// The page works without this file. With it: it looks for the wallet's answer by itself, and shows it when it is there.
const EVERY_MS = 2000;
const waiting = document.getElementById("waiting");

async function look() {
  try {
    const answer = await fetch(waiting.dataset.state, {headers: {Accept: "application/json"}});
    if (answer.status === 410) {
      waiting.textContent = waiting.dataset.over;
      return;
    }
    if (answer.ok) {
      const found = await answer.json();
      if (!found.waits || (found.notice ?? "") !== waiting.dataset.notice) {
        location.reload();
        return;
      }
    }
  } catch {
    // no network for a moment: the next look may have it
  }
  setTimeout(look, EVERY_MS);
}

waiting.hidden = false;
setTimeout(look, EVERY_MS);
