// The demo EHR's own script: loads the cards, settles them, opens the app in its frame. Nothing here is third-party.
"use strict";

const cards = document.getElementById("cards");
const narrow = window.matchMedia("(max-width: 59.99rem)");
const panel = document.getElementById("app-panel");

async function fill(element, address) {
  element.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    element.innerHTML = text; // made by this EHR, whose server cleans what services send
    if (narrow.matches || document.body.classList.contains("with-app")) foldProofs();
  } catch (error) {
    const note = document.createElement("p");
    note.className = "failed";
    note.setAttribute("role", "alert");
    note.textContent = `This part of the chart did not load (${error.message}). Refresh to try again.`;
    element.replaceChildren(note);
  } finally {
    element.setAttribute("aria-busy", "false");
  }
}

function foldProofs() {
  for (const proof of cards.querySelectorAll(".proof")) proof.open = false;
}

async function settle(form) {
  const card = form.closest(".card");
  for (const button of card.querySelectorAll("button")) button.disabled = true;
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok) {
    const note = document.createElement("p");
    note.className = "failed";
    note.setAttribute("role", "alert");
    note.textContent = `Nothing was done (HTTP ${answer.status}). Refresh the cards and try again.`;
    form.before(note);
    return;
  }
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const fresh = holder.content.querySelector(".card");
  card.replaceWith(fresh);
  fresh.focus();
  const panels = document.getElementById("panels");
  if (panels) fill(panels, panels.dataset.panels);
}

function openApp(address) {
  const frame = panel.querySelector("iframe");
  panel.hidden = false;
  document.body.classList.add("with-app");
  if (location.hash !== "#app") history.replaceState(null, "", "#app");
  // replace() leaves no step in the history: Back leaves the chart, not the app's sign-in
  if (frame.getAttribute("src")) frame.contentWindow.location.replace(address);
  else frame.src = address;
  foldProofs();
  if (narrow.matches) panel.scrollIntoView();
}

function closeApp() {
  panel.hidden = true;
  document.body.classList.remove("with-app", "wide-app");
  document.getElementById("widen").setAttribute("aria-pressed", "false");
  panel.querySelector("iframe").contentWindow.location.replace("about:blank");
  history.replaceState(null, "", location.pathname);
  document.getElementById("open-app").focus();
}

document.addEventListener("submit", (event) => {
  if (!event.target.closest(".card")) return;
  event.preventDefault();
  settle(event.target);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[target=app]");
  if (link && panel) {
    event.preventDefault();
    openApp(link.href);
  }
});

if (cards) {
  fill(cards, cards.dataset.cards);
  document.getElementById("refresh").addEventListener("click", () => fill(cards, cards.dataset.cards));
  document.getElementById("close-app").addEventListener("click", closeApp);
  document.getElementById("widen").addEventListener("click", (event) => {
    const wide = document.body.classList.toggle("wide-app");
    event.target.setAttribute("aria-pressed", String(wide));
  });
  if (location.hash === "#app") openApp(document.getElementById("open-app").href);
}
