// Throughline's console works without this file; with it, fewer keys and clicks are needed.
"use strict";
const $ = (what, within = document) => within.querySelector(what);
const all = (what, within = document) => [...within.querySelectorAll(what)];
const WHOLE = "#page, .nav", ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const said = document.createElement("p");
said.className = "vh";
said.setAttribute("role", "status");
document.body.append(said);
let asked = 0, timer, here = location.pathname + location.search;

// Takes the parts of another page over. Where that cannot be, the browser goes there as by a link.
async function show(to, parts, how, focus) {
  const url = new URL(to, location), mine = ++asked, typed = how === "replaceState";
  try {
    const answer = await fetch(url), page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    const came = all(parts, page), gone = all(parts);
    if (!answer.ok || answer.redirected || came.length !== gone.length) throw answer;
    gone.forEach((part, at) => part.replaceWith(came[at]));
    document.title = page.title;
    if (how) history[how](null, "", url);
    here = location.pathname + location.search;
    range();
    focus?.()?.focus();
    said.textContent = $("h1").textContent;
  } catch {
    if (!typed && mine === asked) location.assign(url);
  }
}
function later(wait, what) {
  clearTimeout(timer);
  timer = setTimeout(what, wait);
}
function range() {
  const ruler = $(".ruler[data-first]");
  if (!ruler) return;
  const {first, last, then} = ruler.dataset, start = Date.parse(first), field = $("#as_of");
  const slider = document.createElement("input"), at = (n) => new Date(start + n * 864e5).toISOString().slice(0, 10);
  const tell = () => slider.setAttribute("aria-valuetext", field.value = at(slider.value));
  Object.assign(slider, {type: "range", max: (Date.parse(last) - start) / 864e5, ariaLabel: "Day"});
  slider.value = (Date.parse(field.value) - start) / 864e5;
  tell();
  slider.oninput = tell;
  slider.onkeydown = (event) => {
    const months = {PageUp: 30, PageDown: -30}[event.key];
    if (!months) return;
    event.preventDefault();
    slider.value = +slider.value + months;
    tell();
    slider.onchange();
  };
  slider.onchange = () => later(300, () => {
    const url = new URL(location);
    ["seen", "after"].forEach((name) => url.searchParams.delete(name));
    url.searchParams.set("as_of", field.value);
    if (then) url.searchParams.set("known_at", field.value + "T23:59:59.999999Z");
    show(url, WHOLE, "pushState", () => $(".ruler input"));
  });
  ruler.prepend(slider);
}
function step(by) {
  const rows = all("main a.t");
  return rows[rows.indexOf(document.activeElement) + by] || rows.at(by > 0 ? 0 : -1);
}
function beside(card, [right, down]) {
  const columns = all(".branch > section").map((each) => all(".card", each));
  const x = columns.findIndex((each) => each.includes(card)), to = columns[x + right] || [];
  const next = to[Math.min(columns[x].indexOf(card) + down, to.length - 1)];
  return next && ($(".below", next) || $("a", next));
}
function close(menu) {
  all("details.me[open]").forEach((each) => { each.open = each === menu; });
}
document.addEventListener("keydown", (event) => {
  const {key, target} = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === "Escape") {
    target.closest("details.me")?.firstElementChild.focus();
    return close();
  }
  if (target.matches("input, textarea, select")) return;
  if (key === "?") return location.assign("/help#hk");
  const card = ARROWS[key] && target.closest(".card");
  const next = key === "/" ? $("#find") : key === "j" ? step(1) : key === "k" ? step(-1) : card && beside(card, ARROWS[key]);
  if (next) { event.preventDefault(); next.focus(); }
});
document.addEventListener("click", (event) => {
  close(event.target.closest("details.me"));
  const below = event.target.closest(".branch a.below");
  if (!below || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const name = $("a.t", below.parentElement.parentElement)?.href;
  show(below.href, WHOLE, "pushState", () => $(".below", all(".card").find((each) => $("a.t", each)?.href === name)));
});
document.addEventListener("input", ({target}) => {
  const form = target.closest("form[data-typing]");
  if (form && target.name === "q") {
    later(250, () => show(`${form.action}?${new URLSearchParams(new FormData(form))}`, "[data-live]", "replaceState"));
  }
});
addEventListener("popstate", () => {
  if (here !== location.pathname + location.search) show(location, WHOLE);
});
// A page that waits for what was just recorded looks again by itself, a few times.
async function again(link, left) {
  if (!left) return;
  said.textContent = "Looking again.";
  if ((await fetch(link.href).catch(() => ({status: 503}))).status !== 503) return location.replace(link.href);
  setTimeout(again, 700, link, left - 1);
}
if ($("[data-again]")) setTimeout(again, 700, $("[data-again]"), 8);
range();
