// The designer of a layout: the picture follows the numbers; arrow keys or the mouse move the chosen element.
import { follow } from "./layout-preview.js";

const form = document.getElementById("designer");
const page = form.querySelector(".k-layout-page");
const picture = page.querySelector("image");
const boxes = [...page.querySelectorAll(".box")];
const SIDES = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowUp: ["y", -1], ArrowDown: ["y", 1] };
const EXTENTS = { x: "width", y: "height" };
const soon = follow(form, page, (drawn) => picture.setAttribute("href", drawn));

const input = (place, part) => form.elements[`e${place}-${part}`];

function placed(place) {
  for (const part of ["x", "y", "width", "height"]) {
    const value = Number(input(place, part).value);
    if (value >= 0) boxes[place].setAttribute(part, value);
  }
}

function choose(place, focus) {
  boxes.forEach((box, at) => {
    box.classList.toggle("on", at === place);
    box.setAttribute("aria-pressed", at === place);
  });
  if (!focus) return;
  for (const one of form.querySelectorAll("[data-element]")) one.open = Number(one.dataset.element) === place;
  boxes[place].focus();
}

function set(place, part, value) {
  input(place, part).value = Math.max(0, Math.round(value * 10) / 10);
  placed(place);
}

function keyed(event) {
  const place = Number(event.target.dataset.place);
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    choose(place, true);
    input(place, "x").focus();
    return;
  }
  if (!(event.key in SIDES) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const [side, sign] = SIDES[event.key];
  const part = event.altKey ? EXTENTS[side] : side;
  set(place, part, Number(input(place, part).value) + sign * (event.shiftKey ? 0.1 : 1));
  soon();
}

function dragged(event) {
  const box = event.target;
  const place = Number(box.dataset.place);
  choose(place, true);
  const scale = page.viewBox.baseVal.width / page.getBoundingClientRect().width;
  const from = { x: Number(input(place, "x").value), y: Number(input(place, "y").value) };
  const move = (step) => {
    set(place, "x", from.x + (step.clientX - event.clientX) * scale);
    set(place, "y", from.y + (step.clientY - event.clientY) * scale);
  };
  box.setPointerCapture(event.pointerId);
  box.addEventListener("pointermove", move);
  const stop = () => {
    box.removeEventListener("pointermove", move);
    soon();
  };
  box.addEventListener("lostpointercapture", stop, { once: true });
}

boxes.forEach((box, place) => {
  box.setAttribute("tabindex", "0");
  box.setAttribute("aria-pressed", "false");
  box.addEventListener("keydown", keyed);
  box.addEventListener("pointerdown", dragged);
  box.addEventListener("focus", () => choose(place, false));
});
form.addEventListener("input", (event) => {
  const place = event.target.name?.match(/^e(\d+)-/)?.[1];
  if (place !== undefined) placed(Number(place));
});
form.addEventListener("toggle", (event) => {
  if (event.target.open) choose(Number(event.target.dataset.element), false);
}, true);
for (const hint of form.querySelectorAll("[data-only-script]")) hint.hidden = false;
