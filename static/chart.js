// Reading the chart page by mouse and keyboard. Everything here is an addition: without it each mark still has its
// title, each fact its link, and the tables hold every value.
"use strict";

const lanes = document.querySelector("[data-lanes]");
const reading = document.querySelector("[data-reading]");
const cross = document.querySelector("[data-cross]");

// Times of day in the reader's own zone.
for (const time of document.querySelectorAll("time[data-clock]")) {
  const moment = new Date(time.dateTime);
  if (!Number.isNaN(moment.getTime())) {
    time.textContent = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  }
}

// Point anywhere in a lane, or focus a mark: its words above the lanes, a line at its day through all of them.
function read(mark) {
  const words = mark.querySelector("title").textContent;
  const [when, ...what] = words.split(": ");
  reading.replaceChildren(Object.assign(document.createElement("b"), { textContent: when }), ` ${what.join(": ")}`);
  cross.setAttribute("x1", `${mark.dataset.x}%`);
  cross.setAttribute("x2", `${mark.dataset.x}%`);
  cross.classList.add("on");
}

function marksOf(lane) {
  return [...lane.querySelectorAll(".mark")].sort((a, b) => a.dataset.x - b.dataset.x);
}

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
  const rows = [...lanes.querySelectorAll(".lane")].filter((row) => row.querySelector(".mark"));
  const row = rows[rows.indexOf(lane) + (key === "ArrowUp" ? -1 : 1)];
  return row && nearest(marksOf(row), mark.dataset.x);
}

if (lanes) {
  lanes.addEventListener("pointermove", (event) => {
    const plot = event.target.closest(".plot");
    const marks = plot ? marksOf(plot) : [];
    if (!marks.length) return;
    const { left, width } = plot.getBoundingClientRect();
    read(nearest(marks, ((event.clientX - left) / width) * 100));
  });
  lanes.addEventListener("focusin", (event) => {
    const mark = event.target.closest(".mark");
    if (!mark) return;
    for (const other of mark.closest(".lane").querySelectorAll(".mark")) other.setAttribute("tabindex", "-1");
    mark.setAttribute("tabindex", "0");
    read(mark);
  });
  lanes.addEventListener("pointerleave", () => cross.classList.remove("on"));
  lanes.addEventListener("keydown", (event) => {
    const mark = event.target.closest(".mark");
    const next = mark && step(mark, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

// j and k walk the gaps, t goes to the timeline. Never while somebody types.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (event.key === "t" && lanes) lanes.querySelector(".mark[tabindex='0']")?.focus();
  if (event.key !== "j" && event.key !== "k") return;
  const gaps = [...document.querySelectorAll("[data-gap]")].filter((gap) => gap.checkVisibility());
  const at = gaps.findIndex((gap) => gap.contains(document.activeElement));
  const next = gaps[event.key === "j" ? at + 1 : Math.max(at - 1, 0)];
  next?.focus();
});
for (const keys of document.querySelectorAll("[data-keys]")) keys.hidden = false;

// Print opens what is folded, and folds it again.
const opened = [];
addEventListener("beforeprint", () => {
  for (const twin of document.querySelectorAll("details.twin:not([open])")) {
    twin.open = true;
    opened.push(twin);
  }
});
addEventListener("afterprint", () => {
  for (const twin of opened.splice(0)) twin.open = false;
});
