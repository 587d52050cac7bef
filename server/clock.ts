/** Imports nothing: the page and the command line say times as the server does. */

/**
 * 75 → 1:15; 3675 → 1:01:15.
 *
 * @param options.hours also below one hour, for columns: 75 → 0:01:15
 */
export function clock(seconds: number, options: { hours?: boolean } = {}) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 || options.hours
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}
