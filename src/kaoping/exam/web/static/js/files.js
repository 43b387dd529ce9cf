// A file as an answer: it is stored at once, and its id is the answer, saved like every other.
const kilobytes = (size) => Math.round(size / 1024);

// After a reload the server wrote what is stored; an id that came from this machine's outbox has no name yet.
export function paintFile(box) {
  const place = box.querySelector("[data-file-state]");
  if (!box.querySelector("input[type=hidden]").value) place.textContent = "";
}

export function wireFile(box, address, changed) {
  const file = box.querySelector("[data-file]");
  const chosen = file.querySelector("input[type=file]");
  const answer = file.querySelector("input[type=hidden]");
  const place = file.querySelector("[data-file-state]");
  const told = file.dataset;
  const say = (text, bad) => {
    place.textContent = text;
    place.classList.toggle("k-bad", bad);
  };

  chosen.addEventListener("change", async () => {
    const [one] = chosen.files;
    if (!one) return;
    if (one.size > Number(told.most)) {
      chosen.value = "";
      return say(told.wordsLarge, true);
    }
    say(told.wordsSending, false);
    const body = new FormData();
    body.append("file", one);
    try {
      const headers = { Accept: "application/json", "X-Kaoping-Sitting": "1" };
      const response = await fetch(`${address}/${told.partNumber}`, { method: "POST", headers, body });
      const stored = await response.json();
      if (!response.ok) return say(stored.detail ?? told.wordsFailed, true);
      answer.value = stored.id;
      say(told.wordsStored.replace("{name}", stored.name).replace("{size}", kilobytes(stored.size)), false);
      changed();
    } catch {
      say(told.wordsFailed, true);
    } finally {
      chosen.value = "";
    }
  });
}
