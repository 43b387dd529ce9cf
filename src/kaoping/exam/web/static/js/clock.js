// The clock: counts towards the server's deadline on a monotonic clock, shows every second, speaks rarely.
const thresholds = [1800, 900, 600, 300, 60];

export function words(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${String(minutes).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

// The server's time, kept by the difference to this machine's monotonic clock; a shorter round trip is trusted more.
export class ServerClock {
  #offset;
  #doubt = Infinity;

  constructor(milliseconds) {
    this.#offset = milliseconds - performance.now();
  }

  now() {
    return performance.now() + this.#offset;
  }

  learn(milliseconds, sentAt, receivedAt) {
    const doubt = (receivedAt - sentAt) / 2;
    this.#doubt *= 1.2; // an old measurement ages: clocks drift, machines sleep
    if (doubt > this.#doubt && Math.abs(milliseconds + doubt - receivedAt - this.#offset) < 2000) return;
    this.#offset = milliseconds + doubt - receivedAt;
    this.#doubt = doubt;
  }
}

export function countDown(clock, until, { show, say = () => {}, over = () => {} }) {
  let before = Infinity;
  let done = false;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((until() - clock.now()) / 1000));
    show(words(seconds), seconds);
    const crossed = thresholds.find((mark) => before > mark && seconds <= mark);
    if (crossed && before !== Infinity) say(crossed / 60);
    before = seconds;
    if (seconds === 0 && !done) {
      done = true;
      over();
    } else if (seconds > 0) {
      done = false;
    }
    setTimeout(tick, 1000 - (clock.now() % 1000) + 5);
  };
  tick();
}
