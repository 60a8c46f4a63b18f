"use strict";
// What the page does in the browser; everything else is done by the server, see app.py.
const textrepair = {
  // Scripts of the components.  Each gets its element and the ways to tell the server.
  sources(element, example, file, largest) {
    const open = async (chosen) => {
      // A file that is too large is not sent; the server says so all the same.
      const content = chosen.size > largest ? "" : await textrepair.base64(chosen);
      file({ name: chosen.name, size: chosen.size, content });
    };
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-example]");
      if (button) example({ number: button.dataset.example });
    });
    element.addEventListener("change", (event) => {
      const [chosen] = event.target.files;
      if (chosen) open(chosen).then(() => { event.target.value = ""; });
    });
    // Files may be dropped anywhere: one that missed the box would otherwise take the place of the page.
    const carriesFile = (event) => event.dataTransfer?.types.includes("Files");
    const mark = (on) => document.body.classList.toggle("dropping", on);
    document.addEventListener("dragover", (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      mark(true);
    }, true);
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) mark(false);
    }, true);
    document.addEventListener("drop", (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      event.stopPropagation();
      mark(false);
      if (event.dataTransfer.files.length) open(event.dataTransfer.files[0]);
    }, true);
  },
  threshold(element, move) {
    element.addEventListener("input", (event) => {
      const percent = event.target.value;
      element.querySelector("output").textContent = `${percent} %`;
      event.target.setAttribute("aria-valuetext", `${percent} percent`);
      move({ percent });
    });
  },
  downloads(element, download) {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-kind]");
      if (button) download({ kind: button.dataset.kind });
    });
  },
  article(element, choose, watch) {
    // The floating note holds a copy of an entry of the list, outside this element.
    document.addEventListener("change", (event) => {
      const { number } = event.target.dataset;
      if (number !== undefined) choose({ number, choice: event.target.value });
    });
    // Once a radio button was used, markup no longer says whether it is checked.
    watch("value", () => element.querySelectorAll("input").forEach((radio) => {
      radio.checked = radio.hasAttribute("checked");
    }));
  },

  // What the page as a whole needs.
  ready() {
    // The element that render/page.js shows notes in.  A form, so that its radio buttons are a group of their own.
    const note = document.createElement("form");
    Object.assign(note, { id: "note", className: "note", hidden: true });
    note.addEventListener("submit", (event) => event.preventDefault());
    document.querySelector(".gradio-container").append(note);
    // The bars of the sentences' scores.  As links they would load the page anew, since gradio's pages have a base.
    document.addEventListener("click", (event) => {
      const bar = event.target.closest?.(".strip a");
      if (!bar) return;
      event.preventDefault();
      document.getElementById(bar.hash.slice(1))?.scrollIntoView({ block: "center" });
    });
    document.querySelector("#text textarea").setAttribute("aria-describedby", "limits");
  },
  count(text, most) {
    const length = [...text].length;
    const said = `${length.toLocaleString("en")} of ${most.toLocaleString("en")} characters`;
    return `<p id="count" class="${length > most ? "over" : ""}">${length ? said : ""}</p>`;
  },
  arrive() {
    const verdict = document.getElementById("verdict");
    if (!verdict) return;
    verdict.focus({ preventScroll: true });
    verdict.scrollIntoView({ block: "start" });
  },
  save(parcel) {
    const bytes = Uint8Array.from(atob(parcel.content), (character) => character.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes]));
    link.download = parcel.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  },
  async base64(file) {
    const url = await new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(file);
    });
    return url.slice(url.indexOf(",") + 1);
  },
};
