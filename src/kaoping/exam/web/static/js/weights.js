// The weight tables: the sum of every column while one types. A module's column holds the common core too.
const form = document.getElementById("part");

function add() {
  for (const place of form.querySelectorAll("[data-sum]")) {
    let sum = 0;
    for (const cell of form.querySelectorAll(`[data-column="${place.dataset.sum}"]`)) {
      const counts = cell.dataset.module === "" || cell.dataset.module === place.dataset.module;
      if (counts) sum += Math.round(100 * (Number(cell.value) || 0));
    }
    place.querySelector("output").textContent = String(sum / 100);
    place.classList.toggle("good", sum === 10000);
    place.classList.toggle("bad", sum !== 10000);
  }
  document.getElementById("sums")?.remove();
}
form.addEventListener("input", add);
