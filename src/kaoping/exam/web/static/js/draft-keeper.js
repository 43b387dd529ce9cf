// Keeps what is typed in a form on the server a moment after each change, and warns before unsaved words are left.
// The last word stays with the form: nothing here saves, and the server refuses what another window has overtaken.
const PAUSE = 1500;
const AGAIN = 10000;
const PATIENCE = 10000;

export function keepDraft(form, status) {
  let timer;
  let changed = false; // since the last keeping
  let unsaved = false; // since the page was opened, whether kept or not
  let busy = false;
  let stopped = false;
  let sent; // the submission that waits for the running keeping

  const later = (milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(keep, milliseconds);
  };

  async function keep() {
    if (busy || stopped || !changed) return;
    busy = true;
    changed = false;
    try {
      const body = new FormData(form);
      body.delete("picture");
      const answer = await fetch(form.dataset.keep, {
        method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE),
      });
      const told = await answer.json();
      if (answer.ok) form.elements.kept.value = told.kept;
      else stopped = answer.status < 500;
      status.textContent = answer.ok ? told.said : told.detail;
      status.classList.toggle("k-warn", !answer.ok);
      if (!answer.ok) changed = true;
    } catch {
      changed = true;
      status.textContent = form.dataset.unkept;
      status.classList.add("k-warn");
    }
    busy = false;
    if (sent) form.requestSubmit(sent.submitter);
    else if (changed && !stopped) later(AGAIN);
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    changed = unsaved = true;
    if (!stopped) later(PAUSE);
  });
  // A keeping that ends after the form was sent would look like another window's: it is waited for.
  form.addEventListener("submit", (event) => {
    if (busy) {
      event.preventDefault();
      sent = event;
    }
    stopped = true;
    unsaved = changed = false;
    clearTimeout(timer);
  });
  // Words that the server holds are offered again; only those that it does not hold yet are worth a question.
  addEventListener("beforeunload", (event) => {
    if (unsaved && changed) event.preventDefault();
  });
  addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
}
