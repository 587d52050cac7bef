/** What was made without a network goes to the server by itself once there is one: recordings, notes, reviews. */
import { onConnected } from "../../../api/events.ts";
import { queryClient } from "../../../api/query-client.ts";
import { session } from "../../../api/session.ts";
import { sendReviews } from "../../study/reviews/outbox.ts";
import { sendNotes } from "../study-materials/note-outbox.ts";
import { isLive, listKept } from "./piece-store.ts";
import { sendKept } from "./send-kept.ts";

/** What failed for another reason than the line. */
const AGAIN_MS = 30_000;

let sending = false;

export function startSendingStopped() {
  const send = () => {
    void sendStopped().catch(() => {});
    if (!session().user || !navigator.onLine) return;
    void sendNotes().catch(() => {});
    void sendReviews().catch(() => {});
  };
  send();
  addEventListener("online", send);
  // A server that was down, and a browser that never noticed that the line was gone, give no event of their own.
  const stop = onConnected(send);
  const timer = setInterval(send, AGAIN_MS);
  return () => {
    removeEventListener("online", send);
    stop();
    clearInterval(timer);
  };
}

async function sendStopped() {
  const { user } = session();
  if (sending || !user || !navigator.onLine) return;
  sending = true;
  try {
    // One that was not finished is offered instead: the student may want to throw it away.
    for (const kept of await listKept(user.id)) {
      if (kept.status !== "stopped" || kept.size_bytes === 0 || (await isLive(kept.id))) continue;
      await sendKept(kept).catch(() => {});
    }
  } finally {
    sending = false;
  }
  await queryClient.invalidateQueries({ queryKey: ["kept-recordings"] });
}
