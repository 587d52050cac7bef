/** Numbers as a person reads them, in the language of the page. */
import { i18n } from "../i18n.ts";

export function bytes(size: number) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  let unit = 0;
  let value = size;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return new Intl.NumberFormat(i18n.language, {
    style: "unit",
    unit: units[unit]!,
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value);
}

export function day(timestamp: string) {
  const date = new Date(timestamp);
  const sameYear = date.getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat(i18n.language, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(date);
}

/** "Today", "Yesterday", "Monday 23 November": a day in the zone of the device. */
export function dayHeading(timestamp: string) {
  const date = new Date(timestamp);
  const now = new Date();
  const midnight = (of: Date) => Date.UTC(of.getFullYear(), of.getMonth(), of.getDate());
  const days = (midnight(date) - midnight(now)) / 86_400_000;
  const text =
    days === 0 || days === -1
      ? new Intl.RelativeTimeFormat(i18n.language, { numeric: "auto" }).format(days, "day")
      : new Intl.DateTimeFormat(i18n.language, {
          weekday: "long",
          day: "numeric",
          month: "long",
          ...(date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
        }).format(date);
  return text.charAt(0).toLocaleUpperCase(i18n.language) + text.slice(1);
}

export function moment(timestamp: string) {
  return new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(timestamp),
  );
}

/** "about 2 minutes": for an estimate, so it is coarse on purpose. */
export function roughly(seconds: number) {
  const [value, unit] =
    seconds < 55
      ? [Math.max(5, Math.ceil(seconds / 5) * 5), "second"]
      : seconds < 3300
        ? [Math.round(seconds / 60), "minute"]
        : [seconds / 3600, "hour"];
  return new Intl.NumberFormat(i18n.language, {
    style: "unit",
    unit: unit as string,
    unitDisplay: "long",
    maximumFractionDigits: unit === "hour" ? 1 : 0,
  }).format(value as number);
}

export function percent(fraction: number) {
  return new Intl.NumberFormat(i18n.language, {
    style: "percent",
    maximumFractionDigits: 0,
  }).format(fraction);
}
