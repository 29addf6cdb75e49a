// What makes pages kinder where scripts run; every page works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const messages = document.getElementById("messages");
  const waiting = new WeakMap(); // the element being replaced -> what its slowness has set going

  // Say one thing politely, the last of several that come quickly one after another.
  let speaking = 0;
  const say = (words) => {
    clearTimeout(speaking);
    speaking = setTimeout(() => { messages.textContent = ""; messages.textContent = words; }, 600);
  };

  // A wrong form: lead to what is wrong with it. A swapped list: say how long it is.
  const greet = (part) => {
    const wrong = part.querySelector(".note--bad[role=alert]");
    if (wrong) wrong.focus();
    const found = part.matches("[data-say]") ? part : part.querySelector("[data-say]");
    if (found) say(found.dataset.say);
  };

  // Count a view or a search once it has been looked at for a second: no cookie, no name.
  const count = (part) => {
    const counted = part.matches("[data-count]") ? part : part.querySelector("[data-count]");
    if (!counted) return;
    const url = counted.dataset.count;
    const look = () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", look);
      setTimeout(() => { if (counted.isConnected && counted.dataset.count === url) navigator.sendBeacon(url); }, 1000);
    };
    document.addEventListener("visibilitychange", look);
    look();
  };

  // Buttons that need scripts.
  const wake = (part) => {
    for (const button of part.querySelectorAll("[data-copy][hidden]")) button.hidden = !navigator.clipboard;
  };

  // A field that is swapped while somebody is in it: they stay in its successor.
  let field = null;
  const leave = () => {
    const { name, value, type } = document.activeElement || {};
    field = name && (type === "checkbox" || type === "radio") ? { name, value } : null;
  };
  const comeBack = () => {
    if (!field || document.activeElement !== document.body) return;
    for (const box of document.getElementsByName(field.name)) if (box.value === field.value) box.focus();
  };

  const stopWaiting = (target) => {
    const slow = waiting.get(target);
    if (!slow) return;
    clearTimeout(slow.timer);
    slow.threads?.remove();
    target.removeAttribute("aria-busy");
    waiting.delete(target);
  };

  const show = (id) => {
    document.querySelector(".toast--over")?.remove();
    const toast = document.getElementById(id).content.firstElementChild.cloneNode(true);
    toast.querySelector("button").addEventListener("click", () => toast.remove());
    document.body.append(toast);
  };

  document.addEventListener("htmx:beforeRequest", ({ detail: { target } }) => {
    stopWaiting(target);
    target.setAttribute("aria-busy", "true");
    const slow = {};
    slow.timer = setTimeout(() => {
      slow.threads = document.getElementById("waiting").content.firstElementChild.cloneNode(true);
      target.prepend(slow.threads);
      say(messages.dataset.loading);
    }, 300);
    waiting.set(target, slow);
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { target } }) => stopWaiting(target));
  document.addEventListener("htmx:beforeSwap", leave);
  document.addEventListener("htmx:afterSettle", comeBack);
  document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => { greet(elt); count(elt); wake(elt); });
  document.addEventListener("htmx:sendError", () => show("offline"));
  document.addEventListener("htmx:timeout", () => show("offline"));
  // An answer that is not fit to be swapped in: a GET is asked again as a whole page, which says what is the matter.
  document.addEventListener("htmx:responseError", ({ detail: { requestConfig, pathInfo } }) => {
    if (requestConfig.verb === "get") location.assign(pathInfo.finalRequestPath);
    else show("fault");
  });

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    say(button.dataset.done);
  });

  if (window.htmx) root.classList.add("lively"); // fields send themselves: their buttons step back
  const wrong = document.querySelector(".note--bad[role=alert]");
  if (wrong) wrong.focus();
  count(document.body);
  wake(document.body);
})();
