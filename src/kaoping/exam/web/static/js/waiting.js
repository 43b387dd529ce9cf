// Waiting for the exam to open: a countdown on the server's clock; whoever is ready goes in by itself when it opens.
import { ServerClock, countDown } from "./clock.js";

const SPREAD = 2000; // ms over which the machines of a room go in, so that they do not all ask at once
const waiting = document.getElementById("waiting");
const form = document.getElementById("start");

if (waiting) {
  const started = Date.now();
  const clock = new ServerClock(started);
  let opens = started + Number(waiting.dataset.left) * 1000;
  let ready = false;
  let open = false;
  const enter = () => setTimeout(() => form.submit(), Math.random() * SPREAD);
  const ask = async () => {
    const sentAt = performance.now();
    try {
      const response = await fetch(waiting.dataset.clock, { headers: { Accept: "application/json" } });
      const body = await response.json();
      if (!response.ok) return;
      clock.learn(body.now, sentAt, performance.now());
      opens = body.opens;
    } catch {
      // Without the network the countdown goes on; the server decides when the page is sent.
    }
  };
  form.addEventListener("submit", (event) => {
    if (open) return;
    event.preventDefault();
    ready = true;
    form.querySelector("button").disabled = true;
    document.getElementById("waits").hidden = false;
  });
  countDown(clock, () => opens, {
    show(text) { waiting.querySelector("[data-face]").textContent = text; },
    over() {
      open = true;
      if (ready) enter();
    },
  });
  ask();
  setInterval(ask, 20000);
}
