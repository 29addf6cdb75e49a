// What makes pages kinder where scripts run; every page works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const messages = () => document.getElementById("messages"); // another one after going back
  const waiting = new WeakMap(); // the element being replaced -> what its slowness has set going

  // Say one thing politely, the last of several that come quickly one after another.
  let speaking = 0;
  const say = (words) => {
    clearTimeout(speaking);
    speaking = setTimeout(() => { messages().textContent = ""; messages().textContent = words; }, 600);
  };

  // A wrong form: lead to what is wrong with it. A swapped list: say how long it is.
  const greet = (part) => {
    const wrong = part.querySelector(".note--bad[role=alert]");
    if (wrong) wrong.focus();
    const found = part.matches("[data-say]") ? part : part.querySelector("[data-say]");
    if (found) say(found.dataset.say);
  };

  // Count a view or a search once it has been looked at for a second: no cookie, no name, and no log has the words.
  const count = (part) => {
    const counted = part.matches("[data-count]") ? part : part.querySelector("[data-count]");
    if (!counted) return;
    const url = counted.dataset.count;
    const look = () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", look);
      setTimeout(() => { if (counted.isConnected && counted.dataset.count === url) navigator.sendBeacon(url, new URLSearchParams(counted.dataset.q ? { q: counted.dataset.q } : {})); }, 1000);
    };
    document.addEventListener("visibilitychange", look);
    look();
  };

  // Buttons for scripts.
  const wake = (part) => {
    for (const button of part.querySelectorAll("[data-copy][hidden]")) button.hidden = !navigator.clipboard;
  };

  // Whoever is in a field that is swapped stays in its successor; whoever followed a link, near it or in what it brought.
  // What was unfolded stays so.
  let field = null;
  let place = null;
  let unfolded = [];
  const isBox = ({ type }) => type === "checkbox" || type === "radio";
  const leave = () => {
    const active = document.activeElement || {};
    field = active.name && isBox(active) ? { name: active.name, value: active.value } : null;
    place = active.closest?.("[data-stay]")?.id;
    unfolded = [...document.querySelectorAll("details[id][open]")].map((details) => details.id);
  };
  const comeBack = (part) => {
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    if (document.activeElement !== document.body) return;
    const box = field && [...document.getElementsByName(field.name)].find(({ value }) => value === field.value);
    const link = place && document.getElementById(place)?.querySelector("a");
    (box || link || part).focus({ preventScroll: true });
  };

  // A field in which somebody is typing is not replaced.
  const isTyped = (target) => {
    const active = document.activeElement;
    return active && target.contains(active) && active.matches("input, textarea") && !isBox(active);
  };

  // The search box says what the list is for, unless somebody is typing in it.
  const agree = (part) => {
    const box = part.dataset.q !== undefined && document.getElementById("q");
    if (box && box !== document.activeElement) box.value = part.dataset.q;
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
      say(messages().dataset.loading);
    }, 300);
    waiting.set(target, slow);
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { target } }) => stopWaiting(target));
  document.addEventListener("htmx:beforeSwap", leave);
  document.addEventListener("htmx:oobBeforeSwap", (event) => { event.detail.shouldSwap &&= !isTyped(event.detail.target); });
  document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => { comeBack(elt); agree(elt); greet(elt); count(elt); wake(elt); });
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

  // What changes by itself, such as seats, is asked for every minute while somebody looks at it.
  setInterval(() => {
    if (document.visibilityState !== "visible") return;
    for (const part of document.querySelectorAll("[data-minute]"))
      if (!part.contains(document.activeElement)) part.dispatchEvent(new Event("minute"));
  }, 60000);

  if (window.htmx) root.classList.add("lively"); // fields send themselves: their buttons step back
  const wrong = document.querySelector(".note--bad[role=alert]");
  if (wrong) wrong.focus();
  count(document.body);
  wake(document.body);
})();
