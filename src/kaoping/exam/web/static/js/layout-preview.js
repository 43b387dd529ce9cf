// The preview of a layout: a while after the last change the server draws the form as it stands, and says what is wrong.
const WAIT = 600;

function tell(told, faults) {
  const list = document.createElement("ul");
  list.className = "k-14 mb-0";
  for (const fault of faults) list.append(Object.assign(document.createElement("li"), { textContent: fault }));
  told.replaceChildren(...(faults.length ? [list] : []));
}

// Give a function that asks for a picture soon; `show` puts it onto the page, `busy` is marked meanwhile.
export function follow(form, busy, show) {
  const told = form.querySelector("[data-told]");
  let waiting = 0;
  let asked = 0;

  async function draw() {
    const turn = ++asked;
    busy.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
      if (!answer.ok || turn !== asked) return;
      const { picture, faults } = await answer.json();
      if (picture) show(picture);
      tell(told, faults);
    } finally {
      if (turn === asked) busy.removeAttribute("aria-busy");
    }
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(draw, WAIT);
  }
  form.addEventListener("input", soon);
  return soon;
}
