// The item editor: the preview follows the text, changing the type redraws the form, the point list follows the level.
import { keepDraft } from "./draft-keeper.js";

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
