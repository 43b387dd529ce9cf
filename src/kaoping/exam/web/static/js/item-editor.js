// The item editor: the preview follows the text, changing the type redraws the form, the point list follows the level.
import { keepDraft } from "./draft-keeper.js";
import { aidWriting } from "./writing-aids.js";

const form = document.getElementById("editor");
const here = document.querySelector("[data-preview-here]");
form.querySelector("[data-show]").hidden = true;
const change = form.querySelector("[data-switch]");
change.hidden = true;
form.elements.type.addEventListener("change", () => change.click());

let waiting;
let latest = 0;
async function draw() {
  const mine = ++latest;
  const body = new FormData(form);
  body.delete("picture");
  const answer = await fetch(form.dataset.preview, { method: "POST", body });
  if (answer.ok && mine === latest) here.innerHTML = await answer.text();
}
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(draw, 400);
});

const points = form.querySelector("select[name=point_id]");
const levels = form.querySelector("select[name=level_id]");
if (points && levels) {
  const fit = () => {
    const digit = Number(levels.selectedOptions[0]?.dataset.digit ?? 1);
    for (const option of points.querySelectorAll("option[data-lowest]")) {
      option.hidden = option.disabled = Number(option.dataset.lowest) < digit;
    }
    if (points.selectedOptions[0]?.disabled) points.value = "";
  };
  levels.addEventListener("change", fit);
  fit();
}

keepDraft(form, form.querySelector("[data-kept]"));

// A pasted or dropped picture goes into the field for pictures; it is described there before it is taken in.
const chosen = document.getElementById("picture");
function choosePicture(file, into) {
  const place = document.getElementById("pictures");
  if (chosen) {
    const files = new DataTransfer();
    files.items.add(file);
    chosen.files = files.files;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    const where = document.getElementById("into");
    where.value = into === "rationale" ? "rationale" : "stem";
    document.getElementById("alternative").focus();
  }
  place.querySelector("[data-dropped]").hidden = false;
  place.scrollIntoView();
}
aidWriting(form, { help: document.getElementById("shortcuts"), pictures: choosePicture });
