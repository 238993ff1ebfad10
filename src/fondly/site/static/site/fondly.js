// The small script of the house. Every page works without it; docs/reference/look.md says
// which attributes it listens for. No inline handlers, no storage of personal data.
(() => {
  "use strict";
  const root = document.documentElement;
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const isSeen = (element) => element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
  root.dataset.js = "";

  // -- What the page says of itself: refusals, failures, undo -------------------------
  const say = (words, tone = "") => {
    const box = $("#notice");
    if (!box || !words) return;
    const line = document.createElement("p");
    line.className = `notice ${tone}`;
    line.setAttribute("role", tone ? "status" : "alert");
    line.textContent = words;
    box.replaceChildren(line);
  };
  document.addEventListener("htmx:responseError", (event) => {
    const box = $("#notice");
    const status = event.detail.xhr.status;
    // Signed out meanwhile. Whoever only looked is asked to sign in; what was typed stays to be copied.
    if (status === 401 && event.detail.requestConfig.verb === "get") return location.reload();
    say(box?.dataset[`failed${status}`] || box?.dataset.failed);
  });
  document.addEventListener("htmx:sendError", () => say($("#notice")?.dataset.offline));
  document.addEventListener("htmx:timeout", () => say($("#notice")?.dataset.offline));
  document.addEventListener("fondly:say", (event) => say(event.detail.words ?? event.detail.value, event.detail.tone ?? "good"));
  // A good answer takes the last refusal away.
  document.addEventListener("htmx:afterOnLoad", (event) => {
    const xhr = event.detail.xhr;
    if (xhr.status < 300 && event.detail.requestConfig.verb !== "get") {
      all("#notice .notice:not(.keep)").forEach((line) => line.remove());
    }
  });

  // -- Items that j and k move through ---------------------------------------------------
  const items = () => all("[data-item]").filter(isSeen);
  const chosen = () => $('[data-item][aria-current="true"]');
  const choose = (item, { focus = true } = {}) => {
    if (!item) return;
    const before = chosen();
    if (before && before !== item) before.removeAttribute("aria-current");
    item.setAttribute("aria-current", "true");
    if (focus) {
      if (!item.hasAttribute("tabindex")) item.setAttribute("tabindex", "-1");
      item.focus({ preventScroll: true });
      item.scrollIntoView({ block: "nearest" });
    }
    if (before !== item) window.htmx?.process(item);
    if (before !== item) item.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
  };
  const move = (step) => {
    const rows = items();
    if (!rows.length) return;
    const at = rows.indexOf(chosen());
    choose(rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)]);
  };
  document.addEventListener("focusin", (event) => {
    const item = event.target.closest?.("[data-item]");
    if (item && item !== chosen()) choose(item, { focus: false });
  });
  document.addEventListener("click", (event) => {
    const item = event.target.closest?.("[data-item]");
    if (item && item !== chosen()) choose(item, { focus: false });
  });
  // When the chosen item is done and gone, the one that took its place is next.
  let place = -1;
  // Two swaps may overlap (the list and the panel beside it): the second must not forget.
  document.addEventListener("htmx:beforeSwap", () => {
    const at = items().indexOf(chosen());
    if (at >= 0) place = at;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const rows = items();
    const lost = !document.activeElement || document.activeElement === document.body;
    if (place >= 0 && rows.length && lost && !chosen()) choose(rows[Math.min(place, rows.length - 1)]);
  });

  // -- Keys ----------------------------------------------------------------------------------
  const keysAreOn = () => localStorage.getItem("keys") !== "off";
  const isTyping = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  const press = (key) => {
    // A button of the chosen item, else one of the page; never one of another item.
    const item = chosen();
    const ofThePage = (button) => isSeen(button) && !button.closest("[data-item]");
    const button = (item && $(`[data-key="${key}"]`, item)) || all(`[data-key="${key}"]`).find(ofThePage);
    // What was just swapped in may not know yet that it asks by htmx: the key was quicker.
    if (button) window.htmx?.process(button);
    button?.click();
    return Boolean(button);
  };
  const search = () => {
    const field = $("[data-search]");
    if (field && isSeen(field)) { field.focus(); field.select(); } else open("palette");
  };
  const open = (id) => {
    const dialog = document.getElementById(id);
    if (dialog?.showModal && !dialog.open) dialog.showModal();
    $("input[type=search]", dialog ?? document)?.select();
  };
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if ((event.metaKey || event.ctrlKey) && key === "k") { event.preventDefault(); open("palette"); return; }
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
    if (inPalette(event)) return;
    // A field of search would take the first Escape for itself.
    const dialog = event.target.closest?.("dialog[open]");
    if (dialog && event.key === "Escape") { event.preventDefault(); dialog.close(); return; }
    if (isTyping(event.target)) {
      const item = event.target.closest("[data-item]");
      if (event.key === "Escape") item ? choose(item) : event.target.blur();
      return;
    }
    if ($("dialog[open]") || !keysAreOn()) return;
    const done = {
      j: () => move(1), k: () => move(-1), "/": search, "?": () => open("keys"),
      enter: () => event.target.matches("[data-item]") && $("a[href]", event.target)?.click(),
    }[key];
    if (done) { if (key !== "enter") event.preventDefault(); done(); }
    else if (key.length === 1 && press(key)) event.preventDefault();
  });

  // -- The palette: type, arrow down, enter ----------------------------------------------
  const inPalette = (event) => {
    const box = event.target.closest?.("#palette, [data-listing]");
    if (!box || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return false;
    const links = all(".found a", box);
    const at = links.indexOf(document.activeElement);
    if (event.key === "Enter") {
      if (at < 0 && links.length && event.target.matches("input")) { event.preventDefault(); links[0].click(); }
      return true;
    }
    if (!links.length) return true;
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? $("input", box) : links[Math.min(next, links.length - 1)]).focus();
    return true;
  };

  // -- Clicks and changes that attributes ask for -------------------------------------------
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]");
    if (opener && document.getElementById(opener.dataset.opens)) { event.preventDefault(); open(opener.dataset.opens); }
    if (event.target.closest?.("[data-closes]")) event.target.closest("dialog")?.close();
    if (event.target.matches?.("dialog")) event.target.close();
    const copier = event.target.closest?.("[data-copy]");
    if (copier) {
      const from = document.getElementById(copier.dataset.copy);
      navigator.clipboard?.writeText(from?.value ?? from?.textContent.trim() ?? "").then(() => say(copier.dataset.copied, "good"));
    }
    if (event.target.closest?.("[data-prints]")) window.print();
    all("details.more[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.more[open]");
    if (menu) { menu.open = false; $("summary", menu).focus(); }
  });
  document.addEventListener("change", (event) => {
    const target = event.target;
    if (target.closest("[data-submits]")) target.form?.requestSubmit();
    if (target.matches("[data-keys]")) localStorage.setItem("keys", target.checked ? "on" : "off");
    if (target.matches("[data-checks]")) all(`input[name="${target.dataset.checks}"]`).forEach((box) => { box.checked = target.checked; });
  });

  // -- A form that saves itself when one leaves it --------------------------------------------
  const touched = new WeakSet();
  document.addEventListener("input", (event) => { if (event.target.form?.matches("[data-autosave]")) touched.add(event.target.form); });
  document.addEventListener("submit", (event) => { touched.delete(event.target); });
  document.addEventListener("focusout", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-autosave]") || !touched.has(form)) return;
    setTimeout(() => {
      if (form.isConnected && touched.has(form) && !form.contains(document.activeElement) && document.hasFocus() && form.checkValidity()) form.requestSubmit();
    }, 250);
  });

  // On a phone the tabs are wider than the page: the open one is brought into sight.
  all('.tabs > [aria-current="page"]').forEach((tab) => { tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 40; });
  all("[data-keys]").forEach((box) => { box.checked = keysAreOn(); });
  if ($("[data-item][data-first]")) choose($("[data-item][data-first]"), { focus: false });
})();
