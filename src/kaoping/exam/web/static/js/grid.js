// The grid of items: arrow keys and Enter go from row to row within a column, and Enter does not send the form.
const form = document.getElementById("grid");
const steps = { ArrowUp: -1, ArrowDown: 1, Enter: 1 };

function move(event) {
  const cell = event.target.closest("[data-cell]");
  if (!cell || !(event.key in steps) || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const column = [...form.querySelectorAll(`[data-cell="${cell.dataset.cell}"]`)];
  const step = event.shiftKey ? -steps[event.key] : steps[event.key];
  const next = column[column.indexOf(cell) + step];
  next?.focus();
  next?.select();
}
form?.addEventListener("keydown", move);
