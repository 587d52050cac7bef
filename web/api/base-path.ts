/**
 * Where this page lives under its host: "" or "/study". The server writes it into the page (server/http/web-files.ts).
 */
export const BASE = (
  document.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? "/"
).replace(/\/$/, "");

/** What the server calls an address, as requests name it: without host, base and `/api`. */
export function apiPath(address: string) {
  return new URL(address, location.href).pathname.slice(`${BASE}/api`.length);
}
