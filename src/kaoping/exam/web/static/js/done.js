// After handing in: clear this machine, unless it holds answers that came too late; then say so and keep them.
import { clear, open } from "./outbox.js";

const sitting = document.getElementById("receipt").dataset.sitting;
const outbox = await open(sitting);
const left = (await outbox.all()).filter((entry) => entry.verb === "answer");
outbox.close();
if (left.length) document.getElementById("left-over").hidden = false;
else await clear(sitting);
