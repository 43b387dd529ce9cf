// Sends what was answered until the server has acknowledged it. Nothing here knows the page.
//
// Every change gets the next sequence of its slot, goes into the outbox, then to the server; it leaves the outbox on the
// acknowledgement. A repeated send is harmless, because the server knows it by (log-in, slot, sequence).
const LONGEST_WAIT = 15000;
const PATIENCE = 10000;

export class Saver {
  #pending = new Map();
  #busy = false;
  #failures = 0;
  #timer = null;
  #stopped = false;

  // send(entry, {keepalive}) gives a Response; told: {changed, saved, offline, online, takenOver, loggedOut, refused, over}.
  constructor({ outbox, send, sequences, epoch, now, told }) {
    Object.assign(this, { outbox, send, sequences, epoch, now, told });
  }

  get waiting() {
    return [...this.#pending.values()];
  }

  get failing() {
    return this.#failures > 0;
  }

  isWaiting(slot) {
    return this.#pending.has(`answer:${slot}`);
  }

  // Take up what an earlier page left behind, unless the server already knows something newer. Gives what was taken up.
  // Within a log-in the page's own count decides, whatever the clocks say; between log-ins, the time.
  async recover(latest) {
    const taken = [];
    for (const entry of await this.outbox.all()) {
      if (this.#pending.has(entry.key)) continue; // changed here since: that is newer than whatever was kept
      const known = latest[entry.key];
      const newer = !known || (entry.epoch === known.epoch ? entry.sequence > known.sequence : entry.typedAt > known.at);
      if (newer) taken.push(entry);
      else await this.outbox.remove(entry.key, entry.sequence);
    }
    taken.sort((one, other) => one.typedAt - other.typedAt);
    for (const entry of taken) {
      if (entry.epoch !== this.epoch) Object.assign(entry, { epoch: this.epoch, sequence: this.#next(entry.slot) });
      else this.sequences.set(entry.slot, Math.max(entry.sequence, this.sequences.get(entry.slot) ?? 0));
      this.#pending.set(entry.key, entry);
      await this.#keep(entry);
    }
    if (taken.length) this.hurry();
    return taken;
  }

  change(slot, verb, response, { after = 0 } = {}) {
    if (this.#stopped) return;
    const entry = { key: `${verb}:${slot}`, slot, verb, response, sequence: this.#next(slot), epoch: this.epoch, typedAt: this.now() };
    this.#pending.delete(entry.key);
    this.#pending.set(entry.key, entry);
    this.#keep(entry);
    this.told.changed(entry);
    this.#wake(this.failing ? Math.min(after, 500) : after);
  }

  // Send at once: on reconnection, on leaving a field, before handing in.
  hurry() {
    this.#wake(0);
  }

  // The page goes away: the browser may still carry these requests out; whatever it drops is in the outbox.
  flushOnLeave() {
    for (const entry of this.#pending.values()) this.send(entry, { keepalive: true }).catch(() => {});
  }

  // Wait until nothing is left to send, at most so long. Gives whether everything was acknowledged.
  async settle(milliseconds) {
    const deadline = performance.now() + milliseconds;
    this.hurry();
    while (this.#pending.size && !this.#stopped && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return this.#pending.size === 0;
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #next(slot) {
    const sequence = (this.sequences.get(slot) ?? 0) + 1;
    this.sequences.set(slot, sequence);
    return sequence;
  }

  async #keep(entry) {
    try {
      await this.outbox.put({ ...entry });
    } catch {
      // A full disk does not stop the exam: the entry stays in this page and goes to the server.
    }
  }

  #wake(milliseconds) {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.#drain(), milliseconds);
  }

  async #drain() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#pending.size && !this.#stopped) {
        const [entry] = this.#pending.values();
        if (!(await this.#deliver(entry))) {
          this.#failures += 1;
          this.told.offline();
          this.#wake(Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(this.#failures - 1, 4)) * (0.75 + Math.random() / 2));
          return;
        }
        if (this.#failures) this.told.online();
        this.#failures = 0;
      }
    } finally {
      this.#busy = false;
    }
  }

  // Gives whether the server answered; what it answered is dealt with here.
  async #deliver(entry) {
    let response, body;
    const sequence = entry.sequence;
    try {
      response = await this.send(entry, { signal: AbortSignal.timeout(PATIENCE) });
      if (response.status >= 500 || response.status === 429 || response.status === 408) return false;
      body = await response.json();
    } catch {
      return false;
    }
    if (response.ok) await this.#acknowledged(entry, sequence, body);
    else await this.#refused(entry, body);
    return true;
  }

  async #acknowledged(entry, sequence, body) {
    if (this.#pending.get(entry.key) === entry) this.#pending.delete(entry.key);
    await this.outbox.remove(entry.key, sequence).catch(() => {});
    this.told.saved(entry, body);
  }

  async #refused(entry, body) {
    const ends = { TakenOver: "takenOver", NotEntered: "loggedOut", NotStarted: "loggedOut", TimeOver: "over", SittingEnded: "over" };
    if (body.code === "SequenceReused") {
      this.sequences.set(entry.slot, Math.max(Number(body.facts.highest), this.sequences.get(entry.slot) ?? 0));
      if (this.#pending.get(entry.key) !== entry) return; // a newer change waits in its place
      entry.sequence = this.#next(entry.slot);
      await this.#keep(entry);
    } else if (body.code in ends) {
      this.stop();
      this.told[ends[body.code]](body);
    } else {
      if (this.#pending.get(entry.key) === entry) this.#pending.delete(entry.key);
      this.told.refused(entry, body);
    }
  }
}
