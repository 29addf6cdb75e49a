// Saves the draft while somebody writes it. What could not be sent stays on the page and is sent again; nothing is kept elsewhere.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  let typed = false; // something is not saved yet
  let sending = false;
  let timer = 0;
  let stopped = false; // somebody else saved meanwhile: a person decides
  let leaving = false;

  const tell = (words) => {
    const state = document.getElementById("saglabats");
    state.lastChild.textContent = words;
  };

  // At each field what is wrong with it, as the answer says; the same words as without scripts.
  const showFaults = () => {
    for (const old of form.querySelectorAll("[data-live]")) old.remove();
    for (const bad of form.querySelectorAll(".field--bad")) bad.classList.remove("field--bad");
    for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
    for (const old of form.querySelectorAll(".err")) old.remove();
    for (const { dataset: { fault }, content } of document.querySelectorAll("template[data-fault]")) {
      const control = document.getElementById(fault);
      if (!control) continue;
      const words = document.createElement("p");
      words.className = "err";
      words.id = `${fault}-e`;
      words.dataset.live = "";
      words.textContent = `${form.dataset.error} ${content.textContent}`;
      control.before(words);
      control.setAttribute("aria-invalid", "true");
      const described = new Set((control.getAttribute("aria-describedby") || "").split(" ").filter(Boolean).concat(words.id));
      control.setAttribute("aria-describedby", [...described].join(" "));
      control.closest(".field")?.classList.add("field--bad");
    }
  };

  // Put each part of the answer in the place of the one with its name.
  const put = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    for (const part of answer.querySelectorAll("#trukst, #saglabats, #izskatas, #salidzinat")) {
      const old = document.getElementById(part.id);
      if (old && !(old.id === "trukst" && old.contains(document.activeElement))) old.replaceWith(document.adoptNode(part));
    }
    showFaults();
  };

  const later = (pause) => { clearTimeout(timer); timer = setTimeout(send, pause); };

  async function send() {
    if (sending || stopped || !typed) return;
    sending = true;
    typed = false;
    let pause = 300;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "HX-Request": "true" }, redirect: "error" });
      if (answer.ok) put(await answer.text());
      else if (answer.status === 409) {
        stopped = true;
        put(await answer.text());
        document.getElementById("salidzinat").focus();
      } else {
        typed = true;
        pause = 15000;
        tell(answer.status === 401 ? form.dataset.ended : form.dataset.offline);
      }
    } catch {
      typed = true;
      pause = 5000;
      tell(form.dataset.offline);
    }
    sending = false;
    if (typed) later(pause);
  }

  const count = ({ target }) => {
    for (const left of document.querySelectorAll(`[data-left-of="${target.id}"]`))
      left.textContent = left.textContent.replace(/-?[\d\u00a0]+/, String(left.dataset.most - [...target.value].length));
  };

  form.addEventListener("input", (event) => { typed = true; count(event); later(1000); });
  form.addEventListener("change", () => { typed = true; later(0); });
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("online", () => later(0));
  window.addEventListener("beforeunload", (event) => { if ((typed || sending) && !leaving) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") later(0); });
})();
