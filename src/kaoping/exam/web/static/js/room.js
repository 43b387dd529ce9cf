// The room board asks every few seconds for the seats; an unchanged board costs an empty answer (ETag).
const board = document.getElementById("board");
const status = document.getElementById("board-status");
let mark = board.dataset.mark;

async function refresh() {
  try {
    const response = await fetch(board.dataset.address, { headers: { "If-None-Match": mark, Accept: "text/html" }, signal: AbortSignal.timeout(8000) });
    if (response.status === 200) {
      const focused = document.activeElement?.id;
      board.innerHTML = await response.text();
      mark = response.headers.get("ETag");
      if (focused) document.getElementById(focused)?.focus();
    } else if (response.status !== 304) throw new Error(response.status);
    status.hidden = true;
  } catch {
    status.hidden = false;
  }
}
setInterval(() => document.visibilityState === "visible" && refresh(), 3000);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
