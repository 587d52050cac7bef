/**
 * A time as WebVTT writes it (https://www.w3.org/TR/webvtt1/#webvtt-timestamp), or SubRip, with a comma: to the
 * nearest thousandth.
 */
export function cueTime(seconds: number, point: "," | "." = ".") {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const clock = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(two).join(":");
  return `${clock}${point}${String(ms % 1000).padStart(3, "0")}`;
}

/** What WebVTT would read as a tag or an arrow is text. */
export function cueText(text: string) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
