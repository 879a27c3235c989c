// Throughline's console works without this file; with it, fewer keys and clicks are needed.
"use strict";
const typing = (at) => at.matches("input, textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details.me[open]")) open.open = false;
    return;
  }
  if (typing(event.target)) return;
  if (event.key === "/") {
    const field = document.getElementById("find");
    if (field) { event.preventDefault(); field.focus(); }
  } else if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll("main a.t")];
    const step = event.key === "j" ? 1 : -1;
    const next = rows[rows.indexOf(document.activeElement) + step] || rows[step > 0 ? 0 : rows.length - 1];
    if (next) next.focus();
  }
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.me[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
// A page that waits for what was just recorded looks again by itself, a few times.
const waiting = document.querySelector("[data-again]");
if (waiting && Number(waiting.dataset.again) > 0) {
  setTimeout(() => location.replace(waiting.href), 700);
}
