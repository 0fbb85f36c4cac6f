// A launch whose request is too long for an address: send the form at once. Without script there is its button.
document.querySelector("form[data-onward]")?.requestSubmit();
