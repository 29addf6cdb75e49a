// A roll on a bad connection: every tick is sent at once, waits in the page when it cannot be, and is taken once however often it is sent.
// What waits outlives a reload in this tab, as numbers without names: [tick, registration, mark, time]. It is removed when it is sent.
(() => {
  "use strict";
  const form = document.getElementById("saraksts");
  if (!form?.dataset.ticks) return;
  const panel = document.getElementById("gaida");
  const words = panel.querySelector("[data-words]");
  const number = panel.querySelector("[data-waiting]");
  const key = `roll:${form.dataset.session}`;
  const opened = Date.now();
  let last = 0;
  let sending = null;
  let tries = 0;
  let timer = 0;
  let trouble = "";
  let finishing = null; // the button that is to be pressed when everything is sent

  let queue = [];
  try { queue = JSON.parse(sessionStorage.getItem(key)) || []; } catch { /* nothing waits */ }

  const keep = () => {
    try {
      if (queue.length) sessionStorage.setItem(key, JSON.stringify(queue));
      else sessionStorage.removeItem(key);
    } catch { /* the page remembers it all the same */ }
    panel.hidden = !trouble || (!queue.length && trouble !== "refused");
    if (panel.hidden) return;
    number.parentElement.hidden = !queue.length;
    const said = panel.dataset[trouble];
    if (words.textContent !== said) words.textContent = said;
    number.textContent = number.dataset.waiting.replace("#", queue.length);
  };

  // The clock is the server's, from when the page was made; a tick keeps its time however late it is sent.
  const time = () => (last = Math.max(last + 1, Number(form.dataset.now) + Date.now() - opened));
  const lot = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36).padStart(2, "0")).join("");

  // What is sent is what is shown now: the whole form, when it comes, changes nothing more.
  const settle = (sent) => {
    const shown = form.elements.shown;
    for (const [, person, mark] of sent)
      shown.value = shown.value.replace(new RegExp(`(^| )${person}:[a-z_]*`), `$1${person}:${mark}`);
  };

  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(send, Math.min(30000, 500 * 2 ** tries) * (0.75 + Math.random() / 2));
    tries += 1;
  };

  const send = async () => {
    clearTimeout(timer);
    if (sending || !queue.length) return;
    sending = queue.slice(0, 100);
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), 15000);
    try {
      const body = new URLSearchParams(sending.map((tick) => ["tick", tick.join(",")]));
      const answer = await fetch(form.dataset.ticks, { method: "POST", body, redirect: "manual", signal: stop.signal });
      if (answer.ok) {
        const status = await answer.text();
        settle(sending);
        queue = queue.slice(sending.length);
        tries = 0;
        trouble = "";
        if (!queue.length) show(status);
      } else if ([404, 409, 422].includes(answer.status)) { // the session is cancelled or gone: nobody will ever take these
        queue = queue.slice(sending.length);
        trouble = "refused";
        finishing = null;
      } else {
        trouble = answer.type === "opaqueredirect" || [401, 403].includes(answer.status) ? "signedOut" : "offline";
        again();
      }
    } catch {
      trouble = "offline";
      again();
    }
    clearTimeout(patience);
    sending = null;
    keep();
    if (queue.length && (!trouble || trouble === "refused")) send();
    if (!queue.length && finishing && !trouble) {
      const button = finishing;
      finishing = null;
      form.requestSubmit(button);
    }
  };

  const show = (status) => {
    const part = new DOMParser().parseFromString(status, "text/html").getElementById("statuss");
    if (part) document.getElementById("statuss").replaceChildren(...part.childNodes);
  };

  const tick = ({ name, value }) => { queue.push([lot(), name.slice(1), value, time()]); };

  form.addEventListener("change", ({ target }) => {
    if (target.type !== "radio") return;
    tick(target);
    keep();
    send();
  });

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name === "rest" && "whole" in form.dataset) {
      event.preventDefault();
      for (const group of form.querySelectorAll(".roll fieldset"))
        if (!group.querySelector(":checked")) {
          const here = group.querySelector("input");
          here.checked = true;
          tick(here);
        }
      keep();
      send();
    } else if (queue.length) { // first what waits, then the form
      event.preventDefault();
      finishing = button;
      keep();
      send();
    }
  });

  panel.querySelector("button").addEventListener("click", () => { tries = 0; send(); });
  window.addEventListener("online", () => { tries = 0; send(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") send(); });
  window.addEventListener("beforeunload", (event) => { if (queue.length) event.preventDefault(); });

  // After a reload: what waited is shown and sent.
  for (const [, person, mark] of queue) {
    const box = [...form.elements[`m${person}`] || []].find(({ value }) => value === mark);
    if (box) box.checked = true;
  }
  if (queue.length) { keep(); send(); }
})();
