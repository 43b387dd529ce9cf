// The specification editor: totals, and what the bank has against what papers need, while one types. The server works
// them out as it does without script; every place marked `data-live` takes its words from the answer.
const form = document.getElementById("specification");
const check = form.querySelector("[data-check]");
check.hidden = true;

let waiting;
let latest = 0;
async function look() {
  const mine = ++latest;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form, check) });
  if (!answer.ok || mine !== latest) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const place of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(place.id);
    if (now && now.innerHTML !== place.innerHTML) place.replaceChildren(...now.childNodes);
  }
  for (const control of form.querySelectorAll("input[id]")) {
    control.classList.toggle("is-invalid", fresh.getElementById(control.id)?.matches(".is-invalid") ?? false);
  }
}
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, 300);
});
