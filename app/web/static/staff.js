// Staff pages: printing by a button; a warning two minutes before a resting device is signed out, and a word when it was.
(() => {
  "use strict";
  for (const button of document.querySelectorAll("[data-print][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  const show = (id) => {
    document.querySelector(".toast--over")?.remove();
    const toast = document.getElementById(id).content.firstElementChild.cloneNode(true);
    toast.querySelector("[data-close]")?.addEventListener("click", () => toast.remove());
    toast.querySelector("[data-stay-in]")?.addEventListener("click", async () => {
      const answer = await fetch("/konts", { redirect: "manual" });
      toast.remove();
      if (answer.ok) rest(); else show("signed-out");
    });
    document.body.append(toast);
  };
  const minutes = Number(document.getElementById("soon-out").dataset.minutes);
  let resting = 0;
  const rest = () => { clearTimeout(resting); resting = setTimeout(() => show("soon-out"), (minutes - 2) * 60000); };
  rest();
  document.addEventListener("htmx:afterRequest", ({ detail: { successful } }) => { if (successful) rest(); });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 401) return;
    event.stopImmediatePropagation(); // What was typed stays on the page.
    show("signed-out");
  }, true);
})();
