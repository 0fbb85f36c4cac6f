// Staff pages work without this; it adds copying.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const from = button.dataset.copy.startsWith("#") ? document.querySelector(button.dataset.copy) : null;
    await navigator.clipboard.writeText(from ? from.textContent.trim() : button.dataset.copy);
    const said = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = said; }, 1500);
  });
}
