/** Questions that could come next; fetched, with their texts, when an answer is there. */
import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import type { FollowUps, Message } from "#server/features/interactions/shapes.ts";
import { request } from "../../api/client.ts";
import { lazyPart } from "../../lazy-part.tsx";

const Chips = lazyPart(() => import("./follow-up-chips.tsx"), "FollowUpChips", "course");

export function FollowUps({
  answer,
  onAsk,
}: {
  /** The last one; undefined while one is written. */
  answer: Message | undefined;
  onAsk: (question: string) => void;
}) {
  const complete = answer !== undefined && answer.status !== "streaming";
  const { data } = useQuery({
    queryKey: ["follow-ups", answer?.conversation_id, answer?.id],
    queryFn: ({ signal }) =>
      request<FollowUps>(`/conversations/${answer!.conversation_id}/follow-ups`, {
        signal,
      }),
    enabled: complete,
  });
  if (!complete || !data || data.items.length === 0) return null;
  return (
    <Suspense>
      <Chips questions={data.items} onAsk={onAsk} />
    </Suspense>
  );
}
