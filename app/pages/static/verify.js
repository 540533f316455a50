// The page works without this file: it only takes dropped files and says that something is going on.
const form = document.getElementById("check");
const drop = document.getElementById("drop");
const file = document.getElementById("file");

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
for (const name of ["dragleave", "drop"]) {
  drop.addEventListener(name, () => drop.classList.remove("over"));
}
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length > 0) {
    file.files = event.dataTransfer.files;
    form.requestSubmit();
  }
});
file.addEventListener("change", () => { if (file.files.length > 0) form.requestSubmit(); });
form.addEventListener("submit", () => { document.getElementById("progress").hidden = false; });
