// The sandbox's time: what it said last, and how fast it has gone on since.

let base = Date.now() / 1000;
let heardAt = performance.now();
let speed = 1;

/** Take what the sandbox says its time is, in seconds since 1970. */
export function setClock(now, newSpeed = 1) {
  base = now;
  heardAt = performance.now();
  speed = newSpeed;
}

/** The sandbox's time in seconds since 1970. */
export function now() {
  return base + ((performance.now() - heardAt) / 1000) * speed;
}

export function currentSpeed() {
  return speed;
}
