// Filling a form by keyboard, and its score while it is filled. Without this the form is whole: it is scored when sent.
"use strict";

const form = document.querySelector("form[data-score]");
const told = document.querySelector("[data-told]");

function items() {
  return [...form.querySelectorAll("[data-item]")].filter((item) => item.checkVisibility());
}

// A digit chooses that answer of the line one is at (or the first unanswered) and goes on to the next line.
function itemAt(element) {
  const held = element.closest?.("[data-item]");
  return held || items().find((item) => item.querySelector("[type=radio]") && !item.querySelector(":checked"));
}

function goOn(item) {
  const following = items();
  const next = following[following.indexOf(item) + 1];
  const control = next ? next.querySelector(":checked, input, textarea") : form.querySelector("[type=submit]");
  control?.focus();
}

document.addEventListener("keydown", (event) => {
  if (!form || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) return;
  const item = itemAt(event.target);
  const choice = item?.querySelector(`input[type=radio][data-key="${CSS.escape(event.key)}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  goOn(item);
});

// The server scores what is there: there is one place that knows how. It also says which lines are asked.
let asked = 0;
async function tell() {
  const mine = ++asked;
  const response = await fetch(form.dataset.score, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (!response?.ok || mine !== asked) return;
  const score = await response.json();
  const says = Object.assign(document.createElement("strong"), { textContent: score.says });
  const flags = score.flags.map((flag) =>
    Object.assign(document.createElement("span"), { className: "flag", textContent: flag }),
  );
  told.className = `score ${score.tone}`;
  told.replaceChildren(says, ...flags);
  for (const item of form.querySelectorAll("[data-depends]")) item.hidden = !score.asks.includes(item.dataset.item);
}

if (form) {
  form.addEventListener("change", tell);
  form.addEventListener("submit", () => {
    form.querySelector("[type=submit]").setAttribute("aria-busy", "true");
  });
  for (const keys of document.querySelectorAll("[data-keys]")) keys.hidden = false;
  if (form.querySelector("[data-depends]")) tell();
  document.querySelector("#problems")?.focus();
}

// A time of day as the reader's clock shows it.
for (const time of document.querySelectorAll("time[data-clock]")) {
  time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

// Copying the text of what could not be written.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.querySelector(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      // A frame may not be given the clipboard: select it, so that the copy key does.
      getSelection().selectAllChildren(text);
      document.execCommand?.("copy");
    }
    button.querySelector("span").textContent = "Copied";
  });
}
