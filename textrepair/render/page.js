"use strict";
(() => {
  const note = document.getElementById("note");
  let shown = null;
  let timer = 0;

  // Everything on the page that belongs to one edit carries its name in data-edit.
  const partners = (edit) => document.querySelectorAll(`[data-edit="${edit.dataset.edit}"]`);
  const light = (edit, on) => partners(edit).forEach((e) => e.classList.toggle("lit", on));

  const hide = () => {
    clearTimeout(timer);
    if (shown) light(shown, false);
    shown = null;
    note.hidden = true;
  };
  const show = (edit) => {
    clearTimeout(timer);
    if (shown === edit) return;
    hide();
    shown = edit;
    light(edit, true);
    const entry = document.getElementById(edit.getAttribute("aria-describedby"));
    note.replaceChildren(...[...entry.children].map((child) => child.cloneNode(true)));
    note.hidden = false;
    const word = edit.getClientRects()[0] || edit.getBoundingClientRect();
    const left = Math.min(word.left, document.documentElement.clientWidth - note.offsetWidth - 12);
    const below = word.bottom + 8;
    const room = below + note.offsetHeight < window.innerHeight - 8;
    note.style.left = `${Math.max(12, left)}px`;
    note.style.top = `${room ? below : Math.max(8, word.top - note.offsetHeight - 8)}px`;
  };
  // A short delay lets the pointer travel from the word to the note, to select a wording in it.
  const hideSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(hide, 200);
  };

  const editAt = (event) => (event.target.closest ? event.target.closest(".edit") : null);
  const sentenceOf = (event) => {
    const bar = event.target.closest ? event.target.closest(".strip a") : null;
    return bar && document.getElementById(bar.hash.slice(1));
  };
  // Words that scroll past under a pointer at rest are not pointed at.
  let rest = "";
  const place = (event) => `${event.clientX} ${event.clientY}`;
  document.addEventListener("pointermove", (event) => { rest = place(event); }, { passive: true });
  document.addEventListener("pointerover", (event) => {
    if (place(event) === rest) return;
    rest = place(event);
    const edit = editAt(event);
    if (edit) show(edit);
    else if (note.contains(event.target)) clearTimeout(timer);
    else if (shown && shown !== document.activeElement) hideSoon();
    sentenceOf(event)?.classList.add("lit");
  });
  document.addEventListener("pointerout", (event) => sentenceOf(event)?.classList.remove("lit"));
  document.addEventListener("focusin", (event) => {
    const edit = editAt(event);
    if (edit) show(edit);
    else if (note.contains(event.target)) clearTimeout(timer);
    else hide();
  });
  document.addEventListener("focusout", hideSoon);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  document.addEventListener("scroll", () => {
    if (shown && shown !== document.activeElement) hide();
    else if (shown) {
      const edit = shown;
      shown = null;
      show(edit);
    }
  }, { passive: true });
  document.addEventListener("click", (event) => {
    const edit = editAt(event);
    if (!edit || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const goal = document.getElementById(edit.hash.slice(1));
    if (!goal) return;
    event.preventDefault();
    const folded = goal.closest("details");
    if (folded) folded.open = true;
    // "nearest" keeps the page still where both are in view.
    const box = goal.getBoundingClientRect();
    const visible = box.top > 60 && box.bottom < window.innerHeight;
    goal.scrollIntoView({ block: visible ? "nearest" : "center" });
    goal.focus({ preventScroll: true });
  });

  // Paper has no notes to hover over, so it gets the list.
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
})();
