/**
 * A browser's User-Agent as people know the device: "Chrome on Android". Only the names that browsers still send
 * (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/User-Agent); undefined for others.
 */
import { useTranslation } from "react-i18next";

const BROWSERS: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:HeadlessChrome|Chrome|CriOS|Chromium)\//, "Chrome"],
  [/\bVersion\/.*\bSafari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/\bAndroid\b/, "Android"],
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bWindows NT\b/, "Windows"],
  [/\bMacintosh\b/, "Mac"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

function browserAndSystem(userAgent: string) {
  const named = (names: [RegExp, string][]) => names.find(([sign]) => sign.test(userAgent))?.[1];
  const browser = named(BROWSERS);
  const system = named(SYSTEMS);
  return browser && system ? { browser, system } : undefined;
}

/** The sign itself where it is none of a browser, such as a script's. */
export function useDeviceName() {
  const { t } = useTranslation();
  return (userAgent: string | null) => {
    const known = userAgent && browserAndSystem(userAgent);
    return known ? t("security.browserOn", known) : (userAgent ?? t("security.unknownDevice"));
  };
}
