// The editor of English twins: the preview and the differences follow the text, a field takes over its original, and
// nobody leaves what is not saved without being asked.
const form = document.getElementById("twin");
const here = form.querySelector("[data-preview-here]");

let unsaved = false;
form.addEventListener("input", () => { unsaved = true; });
form.addEventListener("submit", () => { unsaved = false; });
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

let waiting;
let latest = 0;
async function draw() {
  const mine = ++latest;
  const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
  if (answer.ok && mine === latest) here.innerHTML = await answer.text();
}
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(draw, 400);
});

for (const button of form.querySelectorAll("[data-take]")) {
  const text = document.getElementById(button.dataset.take);
  button.hidden = text.value !== "";
  text.addEventListener("input", () => { button.hidden = text.value !== ""; });
  button.addEventListener("click", () => {
    text.value = text.dataset.original;
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
