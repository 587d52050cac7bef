/**
 * Loaded into a server before its own code (`--import`): how much processor time its thread spent between two turns of
 * the event loop, at most, since it was last asked. Processor time and not the clock: a busy machine takes the
 * processor away, which is not the server's doing.
 */
const TURN_MS = 2;

let last = process.threadCpuUsage();
let longest = 0;

function look() {
  const now = process.threadCpuUsage();
  longest = Math.max(longest, now.user + now.system - last.user - last.system);
  last = now;
}

setInterval(look, TURN_MS);
process.on("message", () => {
  look();
  process.send!({ longest_ms: longest / 1000 });
  longest = 0;
});
