// The search box where scripts run: it suggests while somebody types, and shows what was searched for before in this
// tab, if they want that remembered. Everything is written as text, so nothing in an answer can be taken for markup.
(() => {
  "use strict";
  const KEY = "meklets"; // in sessionStorage: no entry while nobody wants it, else the latest searches
  const MOST = 8;
  const make = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== "") made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // Suggestions: a combobox with a list of options; the focus stays in the field.
  const suggest = (form, box, offers) => {
    let asking = null;
    let timer = 0;
    let options = [];
    let active = -1;
    const told = make("p", { class: "vh", role: "status" }); // Its own: how long a list is may be said at the same time.
    let telling = 0;
    form.append(told);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", offers.id]])
      box.setAttribute(name, value);
    offers.setAttribute("role", "listbox");
    offers.setAttribute("aria-label", offers.dataset.name);

    const choose = (place) => {
      options[active]?.setAttribute("aria-selected", "false");
      active = place;
      const option = options[active];
      if (!option) return box.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", option.id);
    };
    const open = (isOpen) => {
      if (!isOpen) choose(-1);
      offers.hidden = !isOpen;
      box.setAttribute("aria-expanded", String(isOpen));
    };
    const stop = () => { clearTimeout(timer); clearTimeout(telling); asking?.abort(); open(false); };
    const option = ({ text, about, lang, url }, number) =>
      make("div", { role: "option", id: `ieteikums-${number}`, "aria-selected": "false", "data-url": url },
        make("span", { lang }, ...text.map(([piece, met]) => met ? make("mark", {}, piece) : piece)), ...(about ? [make("small", {}, about)] : []));
    const fill = (found) => {
      let number = 0;
      offers.replaceChildren(...found.parts.map((part) =>
        make("div", { role: "group", "aria-label": part.name }, make("p", { "aria-hidden": "true" }, part.name), ...part.options.map((one) => option(one, number++)))));
      options = [...offers.querySelectorAll("[role=option]")];
      choose(-1);
      open(options.length > 0);
      told.textContent = "";
      clearTimeout(telling);
      if (options.length) telling = setTimeout(() => { told.textContent = found.say; }, 600);
    };
    const ask = async () => {
      const typed = box.value;
      if (typed.trim().length < 2) return;
      asking = new AbortController();
      const { signal } = asking;
      try {
        const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`, { signal });
        const found = answer.ok ? await answer.json() : { parts: [] };
        // The last keystroke wins: what was asked before it is of no interest.
        if (!signal.aborted && box.value === typed && document.activeElement === box) fill(found);
      } catch { if (!signal.aborted) open(false); }
    };

    box.addEventListener("input", () => {
      clearTimeout(timer);
      asking?.abort();
      choose(-1);
      if (box.value.trim().length < 2) open(false);
      else timer = setTimeout(ask, 120);
    });
    box.addEventListener("keydown", (event) => {
      const isOpen = !offers.hidden;
      const last = options.length - 1;
      if (event.isComposing) return;
      if (event.key === "ArrowDown" && box.value.trim()) {
        if (isOpen) choose(active < last ? active + 1 : 0);
        else if (options.length) { open(true); if (!event.altKey) choose(0); }
        else ask();
      } else if (event.key === "ArrowUp" && isOpen) choose(active > 0 ? active - 1 : last);
      else if (event.key === "Home" && active >= 0) choose(0);
      else if (event.key === "End" && active >= 0) choose(last);
      else if (event.key === "Escape" && isOpen) stop();
      else if (event.key === "Enter" && active >= 0) { const { url } = options[active].dataset; stop(); location.assign(url); }
      else { if (event.key === "Enter" || event.key === "Tab") stop(); return; }
      event.preventDefault();
    });
    box.addEventListener("blur", stop);
    form.addEventListener("submit", stop);
    offers.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse") event.preventDefault(); });
    offers.addEventListener("mousedown", (event) => event.preventDefault());
    offers.addEventListener("click", ({ target }) => { const url = target.closest("[role=option]")?.dataset.url; if (url) location.assign(url); });
  };

  // What was searched for before. It never leaves the tab: nobody is sent it, and it goes when the tab is closed.
  const kept = () => { try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; } };
  const keep = (searches) => { try { if (searches) sessionStorage.setItem(KEY, JSON.stringify(searches)); else sessionStorage.removeItem(KEY); } catch { /* not allowed here */ } };
  const remember = (text) => { const known = kept(); if (known && text) keep([text, ...known.filter((one) => one !== text)].slice(0, MOST)); };

  const recall = (form, box) => {
    const panel = document.getElementById("ieprieks").content.firstElementChild.cloneNode(true);
    const row = document.getElementById("ieprieks-rinda").content.firstElementChild;
    const list = panel.querySelector("ul");
    const undone = panel.querySelector(".recent__gone");
    let before = null;
    let timer = 0;
    panel.hidden = true;
    form.append(panel);

    const draw = () => {
      const searches = kept();
      list.replaceChildren(...(searches || []).map((text) => {
        const line = row.cloneNode(true);
        const [link, button] = line.children;
        link.textContent = text;
        link.href = `${form.getAttribute("action")}?q=${encodeURIComponent(text)}`;
        button.setAttribute("aria-label", `${button.getAttribute("aria-label")}: ${text}`);
        button.dataset.text = text;
        return line;
      }));
      const state = !searches ? ["off"] : searches.length ? ["on"] : ["none", "on"];
      for (const part of panel.querySelectorAll("[data-when]")) part.hidden = !state.includes(part.dataset.when);
      panel.querySelector("[data-act=clear]").hidden = !searches?.length;
    };
    const show = (isShown) => { if (isShown) draw(); panel.hidden = !isShown; };
    const offerUndo = (searches, words) => {
      before = searches;
      clearTimeout(timer);
      undone.querySelector("span").textContent = words;
      undone.hidden = false;
      undone.querySelector("button").focus();
      timer = setTimeout(() => { if (undone.contains(document.activeElement)) box.focus(); undone.hidden = true; }, 20000);
    };
    const acts = {
      on: () => { keep([]); remember(document.getElementById("rezultati")?.dataset.q); draw(); panel.querySelector("[data-act=off]").focus(); },
      off: () => { keep(null); undone.hidden = true; draw(); panel.querySelector("[data-act=on]").focus(); },
      clear: () => { const all = kept(); keep([]); draw(); offerUndo(all, undone.firstElementChild.dataset.all); },
      remove: ({ dataset }) => { const all = kept(); keep(all.filter((one) => one !== dataset.text)); draw(); offerUndo(all, undone.firstElementChild.dataset.one); },
      undo: () => { keep(before); undone.hidden = true; draw(); (list.querySelector("a") || box).focus(); },
    };

    const isEmpty = () => box.value.trim() === "";
    box.addEventListener("focus", () => show(isEmpty()));
    box.addEventListener("click", () => show(isEmpty()));
    box.addEventListener("input", () => show(isEmpty()));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !panel.hidden) { box.focus(); show(false); event.preventDefault(); }
      else if (event.key === "ArrowDown" && event.target === box && isEmpty()) { show(true); panel.querySelector("li a, [data-when]:not([hidden]) button:not([hidden])")?.focus(); event.preventDefault(); }
    });
    form.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !form.contains(relatedTarget)) show(false); });
    document.addEventListener("pointerdown", ({ target }) => { if (!form.contains(target)) show(false); });
    panel.addEventListener("click", ({ target }) => { const button = target.closest("[data-act]"); if (button) acts[button.dataset.act](button); });
  };

  // Count at which place of the list a course was opened: nothing else about it.
  document.addEventListener("click", ({ target }) => {
    const list = target.closest("h2 a, h3 a") && target.closest("[data-first]");
    const place = list ? [...list.querySelectorAll(".courses > li")].findIndex((row) => row.contains(target)) : -1;
    if (place >= 0) navigator.sendBeacon(`/lietojums?kind=result_opened&subject=${Number(list.dataset.first) + place}`);
  });

  // The page may have brought another form, after going back.
  const wake = () => {
    const form = document.querySelector("form[data-suggest]:not([data-awake])");
    if (!form) return;
    form.dataset.awake = "yes";
    const box = form.querySelector("input[type=search]");
    suggest(form, box, form.querySelector(".offers"));
    recall(form, box);
  };
  let looking = 0;
  const look = () => {
    wake();
    clearTimeout(looking);
    looking = setTimeout(() => remember(document.getElementById("rezultati")?.dataset.q), 1000);
  };
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("htmx:historyRestore", look);
  look();
})();
