// Marks by points: all or none of a point with one key, and the sum while one types. The server counts by itself.
const form = document.querySelector("[data-marks]");
const inputs = [...form.querySelectorAll("[name=mark]")];
const place = form.querySelector("[data-sum]");

function add() {
  const given = inputs.map((input) => (input.value === "" ? NaN : Number(input.value)));
  const sum = given.reduce((one, other) => one + other, 0);
  place.textContent = Number.isNaN(sum) ? "–" : String(Math.round(sum * 100) / 100);
}

for (const input of inputs) input.addEventListener("input", add);
for (const button of form.querySelectorAll("[data-all]")) {
  button.addEventListener("click", () => {
    const input = button.parentElement.querySelector("input");
    input.value = button.dataset.all;
    add();
    (inputs[inputs.indexOf(input) + 1] ?? form.querySelector(".btn-primary")).focus();
  });
}
inputs.find((input) => input.value === "")?.focus({ preventScroll: true });
