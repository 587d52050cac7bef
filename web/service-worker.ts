/**
 * The page without a network: its own files, and the sound and documents that were marked to be kept
 * (offline/kept-media.ts). Answers of the API are kept by the page itself, for each account (offline/kept-answers.ts).
 * Made by vite.config.ts as sw.js.
 */
import { createPartialResponse, Serwist } from "serwist";
import { KEPT_MEDIA, MEDIA } from "./offline/media-addresses.ts";
import { layAside, NOT_LAID_ASIDE } from "./offline/shared.ts";

/** The files of this build. */
declare const PRECACHE: { url: string; revision: string | null }[];

const PATIENCE_MS = 5000;
/** The server answers every path that it does not know with the page. */
const PAGE = "offline-page";

const serwist = new Serwist({
  precacheEntries: PRECACHE,
  precacheOptions: { cleanupOutdatedCaches: true },
  clientsClaim: true,
  disableDevLogs: true,
  runtimeCaching: [
    {
      // Another app shares files or a link: no server takes this form.
      matcher: ({ request, sameOrigin, url }) =>
        sameOrigin && request.method === "POST" && url.pathname.endsWith("/share"),
      method: "POST",
      handler: async ({ request, url }) => {
        try {
          await layAside(await request.formData());
          return Response.redirect(url.href, 303);
        } catch {
          // No form, or more than the device has room for.
          return Response.redirect(`${url.href}?${NOT_LAID_ASIDE}`, 303);
        }
      },
    },
    {
      matcher: ({ request, sameOrigin, url }) =>
        sameOrigin && request.mode === "navigate" && !url.pathname.includes("/api/"),
      handler: ({ request }) => pageOf(request),
    },
    {
      matcher: ({ sameOrigin, url, request }) =>
        sameOrigin && request.method === "GET" && MEDIA.test(url.pathname),
      handler: ({ request, url }) => mediaOf(request, url),
    },
  ],
});
serwist.addEventListeners();

/** The newest page where there is a network; the kept one where there is none, or a proxy whose server is away. */
async function pageOf(request: Request): Promise<Response> {
  const kept = () => serwist.matchPrecache(PAGE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.status >= 502 ? ((await kept()) ?? answer) : answer;
  } catch (error) {
    const page = await kept();
    if (page) return page;
    throw error;
  }
}

async function mediaOf(request: Request, url: URL): Promise<Response> {
  const kept = await (await caches.open(KEPT_MEDIA)).match(url.origin + url.pathname);
  if (!kept || url.searchParams.has("download")) return fetch(request);
  return request.headers.has("range") ? createPartialResponse(request, kept) : kept;
}
