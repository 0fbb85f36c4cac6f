// Reading the chart page by mouse and keyboard, and putting late parts in their places. Everything here is an
// addition: without it each mark still has its title, each fact its link, and the tables hold every value.
// The script runs while the page still arrives, so it listens on the document and looks elements up when needed.
"use strict";

const find = (selector) => document.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// -- The page arrives ---------------------------------------------------------------------------------------------

// Times of day in the reader's own zone.
function localize() {
  for (const time of all("time[data-clock]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      time.textContent = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    }
  }
  for (const keys of all("[data-keys]")) keys.hidden = false;
}

// What the reader unfolded or stands on is found again in the newer part by its id or address.
function nameOf(element) {
  const named = element.closest("[id]");
  const place = named ? `#${CSS.escape(named.id)}` : "";
  const href = element.getAttribute("href");
  return { place, self: href ? `[href="${CSS.escape(href)}"]` : "" };
}

function put(template) {
  const block = find(`[data-block="${template.dataset.for}"]`);
  const held = block.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const unfolded = all("details[open]", block).map((fold) => fold.closest("[id]")?.id).filter(Boolean);
  if (all("form[data-dirty]", block).length) {
    const again = { href: "", className: "inline-target", textContent: "Newer data have been read: read again" };
    block.append(Object.assign(document.createElement("a"), again));
    template.remove();
    return;
  }
  block.replaceChildren(template.content);
  template.remove();
  for (const id of unfolded) {
    const fold = document.getElementById(id)?.querySelector("details");
    if (fold) fold.open = true;
  }
  if (!held) return;
  const same = block.querySelector(`${held.place} ${held.self}`.trim() || "a");
  (same ?? block.querySelector(held.place || "a"))?.focus();
}

function settle() {
  for (const template of all("template[data-for]")) put(template);
  localize();
}

document.addEventListener("input", (event) => event.target.form?.setAttribute("data-dirty", ""));

// A wave is whole once its mark, which comes after it, is there.
new MutationObserver((changes) => {
  const whole = changes.some((change) => [...change.addedNodes].some((node) => node.dataset?.wave !== undefined));
  if (whole) settle();
}).observe(document, { childList: true, subtree: true });
if (find("[data-wave]")) settle();

// The answer ended, and something is still awaited: the connection broke.
addEventListener("load", () => {
  settle();
  for (const awaited of all("p.awaited")) {
    awaited.textContent = "Failed: this part did not arrive. ";
    awaited.append(Object.assign(document.createElement("a"), { href: "", textContent: "Retry" }));
  }
});

// -- The timeline -------------------------------------------------------------------------------------------------

// Point anywhere in a lane, or focus a mark: its words above the lanes, a line at its day through all of them.
function read(mark) {
  const words = mark.querySelector("title").textContent;
  const [when, ...what] = words.split(": ");
  const said = Object.assign(document.createElement("b"), { textContent: when });
  find("[data-reading]").replaceChildren(said, ` ${what.join(": ")}`);
  const cross = find("[data-cross]");
  cross.setAttribute("x1", `${mark.dataset.x}%`);
  cross.setAttribute("x2", `${mark.dataset.x}%`);
  cross.classList.add("on");
}

const marksOf = (lane) => all(".mark", lane).sort((a, b) => a.dataset.x - b.dataset.x);

function nearest(marks, x) {
  return marks.reduce((best, mark) => (Math.abs(mark.dataset.x - x) < Math.abs(best.dataset.x - x) ? mark : best));
}

// Arrows: left and right along a lane, up and down to the mark nearest in time of the next lane.
function step(mark, key) {
  const lane = mark.closest(".lane");
  const marks = marksOf(lane);
  const at = marks.indexOf(mark);
  if (key === "ArrowLeft" || key === "ArrowRight") return marks[at + (key === "ArrowLeft" ? -1 : 1)];
  if (key === "Home") return marks[0];
  if (key === "End") return marks[marks.length - 1];
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const rows = all("[data-lanes] .lane").filter((row) => row.querySelector(".mark"));
  const row = rows[rows.indexOf(lane) + (key === "ArrowUp" ? -1 : 1)];
  return row && nearest(marksOf(row), mark.dataset.x);
}

document.addEventListener("pointermove", (event) => {
  const plot = event.target.closest(".plot");
  const marks = plot ? marksOf(plot) : [];
  if (!marks.length) {
    if (!event.target.closest("[data-lanes]")) find("[data-cross]")?.classList.remove("on");
    return;
  }
  const { left, width } = plot.getBoundingClientRect();
  read(nearest(marks, ((event.clientX - left) / width) * 100));
});
document.addEventListener("focusin", (event) => {
  const mark = event.target.closest(".mark");
  if (!mark) return;
  for (const other of all(".mark", mark.closest(".lane"))) other.setAttribute("tabindex", "-1");
  mark.setAttribute("tabindex", "0");
  read(mark);
});

// -- Keys ---------------------------------------------------------------------------------------------------------

// j and k walk the gaps, Enter unfolds the one they stand on, t goes to the timeline, ? tells all of this.
function walk(key) {
  const gaps = all("[data-gap]").filter((gap) => gap.checkVisibility());
  const at = gaps.findIndex((gap) => gap.contains(document.activeElement));
  gaps[key === "j" ? at + 1 : Math.max(at - 1, 0)]?.focus();
}

function unfold(gap) {
  const fold = gap.querySelector("details");
  if (fold) fold.open = !fold.open;
}

document.addEventListener("keydown", (event) => {
  const target = event.target;
  const mark = target.closest(".mark");
  const next = mark && step(mark, event.key);
  if (next) {
    event.preventDefault();
    next.focus();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, dialog")) return;
  if (event.key === "t") find("[data-lanes] .mark[tabindex='0']")?.focus();
  if (event.key === "j" || event.key === "k") walk(event.key);
  if (event.key === "Enter" && target.matches("[data-gap]")) unfold(target);
  if (event.key === "?") find("[data-help]")?.showModal();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) find("[data-help]").showModal();
});

// -- Print opens what is folded, and folds it again ----------------------------------------------------------------

const opened = [];
addEventListener("beforeprint", () => {
  for (const twin of all("details.twin:not([open])")) {
    twin.open = true;
    opened.push(twin);
  }
});
addEventListener("afterprint", () => {
  for (const twin of opened.splice(0)) twin.open = false;
});
