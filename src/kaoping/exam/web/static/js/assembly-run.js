// A search for papers: every second the server is asked how far it is; when it is over the page becomes the result.
// What is done is said to readers of the screen only when it changes; the numbers are not.
const run = document.getElementById("run");
const said = document.getElementById("run-said");
const lost = document.getElementById("run-lost");

function heard() {
  const { doing } = run.firstElementChild.dataset;
  if (said.textContent !== doing) said.textContent = doing;
}

async function ask() {
  try {
    const response = await fetch(run.dataset.address, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(8000) });
    if (!response.ok) throw new Error(response.status);
    run.innerHTML = await response.text();
    if ("over" in run.firstElementChild.dataset) location.reload();
    heard();
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  setTimeout(ask, 1000);
}
setTimeout(ask, 1000);
