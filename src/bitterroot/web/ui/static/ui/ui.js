// Small comforts. Every page works without this file.
"use strict";

(() => {
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  // data-copy="#id": copies the field's value and says so.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.querySelector(button.dataset.copy);
    if (!field) return;
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    const said = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = said; }, 2000);
  });

  // data-opens="#id" opens a dialog, data-closes closes the one around it.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.querySelector(opener.dataset.opens)?.showModal();
    event.target.closest("[data-closes]")?.closest("dialog")?.close();
  });

  // data-menu: an open menu closes by Escape, or by going elsewhere.
  const leave = (menu) => { menu.open = false; };
  document.addEventListener("click", (event) => {
    each(document, "[data-menu][open]", (menu) => { if (!menu.contains(event.target)) leave(menu); });
  });
  document.addEventListener("focusin", (event) => {
    each(document, "[data-menu][open]", (menu) => { if (!menu.contains(event.target)) leave(menu); });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    each(document, "[data-menu][open]", (menu) => { leave(menu); menu.querySelector("summary").focus(); });
  });

  // data-print prints the page.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // A form marked data-once is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("once" in form.dataset)) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => each(document, "form[data-sent]", (form) => delete form.dataset.sent));

  // Text fields with a limit count what is left.
  const count = (field) => {
    const out = document.getElementById(`${field.id}-counter`);
    if (out) out.textContent = `${field.value.length} of ${field.maxLength} characters`;
  };
  document.addEventListener("input", (event) => {
    if (event.target.maxLength > 0) count(event.target);
  });

  // File fields inside .drop take files dropped on them; data-send sends the form at once.
  const prepare = (root) => {
    each(root, "[maxlength]", count);
    each(root, "[data-needs-script]", (element) => { element.hidden = false; });
    each(root, ".drop", (zone) => {
      const input = zone.querySelector("input[type=file]");
      if (!input || zone.dataset.ready) return;
      zone.dataset.ready = "yes";
      zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
      zone.addEventListener("dragleave", () => zone.classList.remove("over"));
      zone.addEventListener("drop", (event) => {
        event.preventDefault();
        zone.classList.remove("over");
        if (!event.dataTransfer.files.length) return;
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
      input.addEventListener("change", () => {
        if ("send" in input.dataset && input.files.length) input.form.requestSubmit();
      });
    });
  };
  prepare(document);
  document.addEventListener("htmx:load", (event) => prepare(event.target));

  // The list of problems takes the focus, so that it is heard first.
  document.querySelector("[data-focus]")?.focus();
})();
