// The specification editor: totals, and what the bank has against what papers need, while one types. The server works
// them out as it does without script; every place marked `data-live` takes its words from the answer. What changes the
// form itself, marked `data-redraw` (a rule that comes or goes, another mode or attribute), takes the whole form.
const form = document.getElementById("specification");
form.querySelector("[data-check]").hidden = true;

let waiting;
let latest = 0;
async function ask(button) {
  clearTimeout(waiting);
  const mine = ++latest;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
  if (!answer.ok || mine !== latest) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("specification");
}
async function look() {
  const fresh = await ask(form.querySelector("[data-check]"));
  if (!fresh) return;
  for (const place of form.querySelectorAll("[data-live]")) {
    const now = fresh.querySelector(`#${CSS.escape(place.id)}`);
    if (now && now.innerHTML !== place.innerHTML) place.replaceChildren(...now.childNodes);
  }
  for (const control of form.querySelectorAll("input[id], textarea[id]")) {
    control.classList.toggle("is-invalid", fresh.querySelector(`#${CSS.escape(control.id)}`)?.matches(".is-invalid") ?? false);
  }
}
async function redraw(button, focus) {
  const fresh = await ask(button);
  if (!fresh) return;
  fresh.querySelector("[data-check]").hidden = true;
  form.replaceChildren(...fresh.childNodes);
  (form.querySelector(focus) ?? form.querySelector("[name=add][value=y]")).focus();
}
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-redraw]");
  if (!button) return;
  event.preventDefault();
  const rows = form.querySelectorAll("input[id^=limit-][id$=-name]").length;
  redraw(button, button.name === "add" ? `#limit-${rows}-name` : `#limit-${button.value}-name`);
});
form.addEventListener("input", (event) => {
  if (event.target.matches("[data-redraw]")) {
    redraw(form.querySelector("[data-check]"), `#${CSS.escape(event.target.id)}`);
    return;
  }
  clearTimeout(waiting);
  waiting = setTimeout(look, 300);
});
