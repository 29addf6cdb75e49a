// A button beside each password that shows what is typed, and hides it again.
(() => {
  "use strict";
  for (const field of document.querySelectorAll("input[data-reveal]")) {
    const button = document.createElement("button");
    const { reveal, conceal } = field.dataset;
    Object.assign(button, { type: "button", className: "btn btn--text", textContent: reveal });
    button.setAttribute("aria-controls", field.id);
    button.addEventListener("click", () => {
      const hidden = field.type === "password";
      field.type = hidden ? "text" : "password";
      button.textContent = hidden ? conceal : reveal;
    });
    field.after(button);
    field.form.addEventListener("submit", () => { field.type = "password"; }); // Browsers offer to keep passwords only.
  }
})();
