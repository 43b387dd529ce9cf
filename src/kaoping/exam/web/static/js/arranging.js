// Answers that are arranged: entries in an order, areas of a picture. Reading and writing is the page's business too.
const rowsOf = (item) => item.querySelector("[data-order]");

// The letters in their order; null until something was put in its place.
export function readOrder(item) {
  const list = rowsOf(item);
  return "answered" in list.dataset ? [...list.children].map((row) => row.dataset.letter) : null;
}

export function writeOrder(item, response) {
  const list = rowsOf(item);
  const rows = new Map([...list.children].map((row) => [row.dataset.letter, row]));
  if (!response?.length) delete list.dataset.answered;
  else {
    list.append(...[...response, ...[...rows.keys()].filter((letter) => !response.includes(letter))].map((letter) => rows.get(letter)));
    list.dataset.answered = "";
  }
  number(list);
}

function number(list) {
  const answered = "answered" in list.dataset;
  [...list.children].forEach((row, index) => {
    row.querySelector("select").value = answered ? `${row.dataset.letter}${index + 1}` : "";
  });
}

function put(item, row, place) {
  const list = rowsOf(item);
  const others = [...list.children].filter((one) => one !== row);
  const at = Math.min(Math.max(place, 0), others.length);
  const focused = document.activeElement;
  list.insertBefore(row, others[at] ?? null);
  list.dataset.answered = "";
  number(list);
  if (row.contains(focused)) focused.focus(); // a row that is moved loses the focus
  const facts = { letter: row.dataset.letter, place: at + 1, count: others.length + 1 };
  item.querySelector("[data-told]").textContent = list.dataset.moved.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
}

export function wireOrder(item, changed) {
  const list = rowsOf(item);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button || button.disabled) return;
    const row = button.closest("li");
    put(item, row, [...list.children].indexOf(row) + Number(button.dataset.move));
    changed();
  });
  list.addEventListener("change", (event) => {
    const row = event.target.closest("li");
    const place = Number(event.target.value.slice(1));
    if (!place) number(list); // a number is changed, not taken away
    else {
      put(item, row, place - 1);
      changed();
    }
  });
  // Somebody chose a number before this script ran.
  const early = [...list.querySelectorAll("select")].find((select) => select.value && !select.selectedOptions[0].defaultSelected);
  if (early) early.dispatchEvent(new Event("change", { bubbles: true }));
}

// The picture shows what is chosen in the list; no more than allowed can be chosen.
export function paintAreas(item) {
  const list = item.querySelector("[data-areas]");
  const inputs = [...list.querySelectorAll("input")];
  const full = inputs.filter((input) => input.checked).length >= Number(list.dataset.most);
  for (const input of inputs) {
    item.querySelector(`[data-area="${input.value}"]`).classList.toggle("on", input.checked);
    if (input.type === "checkbox") input.disabled = full && !input.checked;
  }
}

export function wireAreas(item) {
  for (const area of item.querySelectorAll("[data-area]")) {
    area.addEventListener("click", () => item.querySelector(`[data-areas] input[value="${area.dataset.area}"]`).click());
  }
  item.querySelector("[data-areas]").addEventListener("change", () => paintAreas(item));
  paintAreas(item);
}
