"use strict";
// What the page does by itself; everything else is done by the server, see app.py.
const textrepair = {
  most: 20000,
  largest: 2 * 1024 * 1024,

  // Scripts of the components, which get their element and a way to tell the server.
  sources(element, trigger) {
    const open = async (file) => {
      // A file that is too large is not sent; the server says so all the same.
      const content = file.size > textrepair.largest ? "" : await textrepair.base64(file);
      trigger("file", { name: file.name, size: file.size, content });
    };
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-example]");
      if (button) trigger("example", { number: button.dataset.example });
    });
    element.addEventListener("change", (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (file) open(file);
    });
    // Files may be dropped anywhere: one that misses the box would otherwise take the place of the page.
    const carriesFile = (event) => event.dataTransfer?.types.includes("Files");
    const mark = (on) => document.body.classList.toggle("dropping", on);
    document.addEventListener("dragover", (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      mark(true);
    }, true);
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(false); }, true);
    document.addEventListener("drop", (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      event.stopPropagation();
      mark(false);
      if (event.dataTransfer.files.length) open(event.dataTransfer.files[0]);
    }, true);
  },
  threshold(element, trigger) {
    element.addEventListener("input", (event) => {
      const percent = event.target.value;
      element.querySelector("output").textContent = `${percent} %`;
      event.target.setAttribute("aria-valuetext", `${percent} percent`);
      trigger("move", { percent });
    });
  },
  downloads(element, trigger) {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-kind]");
      if (button) trigger("download", { kind: button.dataset.kind });
    });
  },
  article(element, trigger, watch) {
    // Also in the floating note, which holds a copy of an entry of the list.
    document.addEventListener("change", (event) => {
      const { number } = event.target.dataset;
      if (number !== undefined) trigger("choose", { number, choice: event.target.value });
    });
    // Once a radio button was used, the page's markup no longer says which one is checked.
    watch("value", () => element.querySelectorAll("input").forEach((radio) => {
      radio.checked = radio.hasAttribute("checked");
    }));
  },

  // Steps in the browser before or after the server's.
  count(text) {
    const length = [...text].length;
    const over = length > textrepair.most;
    const said = `${length.toLocaleString("en")} of ${textrepair.most.toLocaleString("en")} characters`;
    return length ? `<p id="count" class="${over ? "over" : ""}">${said}</p>` : '<p id="count"></p>';
  },
  wait: () => '<p class="stage">Waiting for a free turn…</p><progress max="100" value="0" aria-label="Progress"></progress>',
  fail: () => '<p class="problem" role="alert">Something went wrong, and the article was not restored. Please try again.</p>',
  arrive() {
    const verdict = document.getElementById("verdict");
    if (!verdict) return;
    verdict.focus({ preventScroll: true });
    verdict.scrollIntoView({ block: "start" });
  },
  save(parcel) {
    const bytes = Uint8Array.from(atob(parcel.content), (c) => c.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: parcel.type }));
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
