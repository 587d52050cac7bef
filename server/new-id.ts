import { randomUUID } from "node:crypto";

let milliseconds = 0;
let counter = 0;

/**
 * A UUIDv7 as of `new_id()` in the database (RFC 9562, section 5.7; a counter in rand_a, section 6.2, method 1): those
 * of one process sort in the order made. The package `uuid` takes three times as long, a sixth of the time of adding
 * many jobs.
 */
export function newId(): string {
  const now = Date.now();
  if (now > milliseconds) {
    milliseconds = now;
    counter = 0;
  } else if (++counter > 0xfff) {
    milliseconds += 1;
    counter = 0;
  }
  const time = milliseconds.toString(16).padStart(12, "0");
  const rest = counter.toString(16).padStart(3, "0") + randomUUID().slice(18);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest}`;
}
