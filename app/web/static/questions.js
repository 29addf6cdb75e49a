// Asks at once what an answer calls for; without scripts the next step of the form asks it.
(() => {
  "use strict";

  // Open what is called for, put away what is not; what was typed in it stays with it. Returns what has been opened.
  const settle = (form) => {
    const news = [];
    for (const part of form.querySelectorAll("[data-asked-when]")) {
      const { askedWhen, answer } = part.dataset;
      const lies = part instanceof HTMLTemplateElement;
      if ((new FormData(form).get(askedWhen) === answer) !== lies) continue;
      if (lies) {
        const question = part.content.firstElementChild;
        part.replaceWith(question);
        news.push(question.dataset.news);
      } else {
        const kept = document.createElement("template");
        Object.assign(kept.dataset, { askedWhen, answer });
        part.replaceWith(kept);
        kept.content.append(part);
      }
    }
    return news;
  };
  const settleAll = () => { for (const form of document.forms) settle(form); };

  document.addEventListener("change", ({ target: { form } }) => {
    const news = form ? settle(form) : [];
    if (news.length) document.getElementById("messages").textContent = news.join(" ");
  });
  document.addEventListener("htmx:afterSettle", settleAll);
  window.addEventListener("pageshow", settleAll); // going back brings answers along
})();
