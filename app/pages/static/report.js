// A report can be read and printed without this file. It adds a button, and opens the folds for the print.
export function readyReport() {
  const button = document.getElementById("print");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

let closed = [];
window.addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("#report details:not([open])")];
  for (const fold of closed) fold.open = true;
});
window.addEventListener("afterprint", () => { for (const fold of closed) fold.open = false; });

readyReport();
