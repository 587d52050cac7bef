/**
 * Once the page stands still: the service worker, and the cards that are due, are for the next time without a network.
 */
import { BASE } from "../api/base-path.ts";
import { request } from "../api/client.ts";

export function startOffline() {
  // The development server has none.
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  void navigator.serviceWorker.register(`${BASE}/sw.js`, { scope: `${BASE}/` }).catch(() => {});
  // As the review page asks (features/study/reviews/use-review.ts).
  void request("/reviews/next", { query: { limit: 20 } }).catch(() => {});
}
