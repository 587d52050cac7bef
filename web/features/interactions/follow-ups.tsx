/** Questions that could come next; fetched, with their texts, when an answer is there. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { request } from "../../api/client.ts";
import { loadTexts } from "../../i18n.ts";

interface Props {
  conversationId: string;
  answerId: string;
  onAsk: (question: string) => void;
}

const Chips = lazy(async () => {
  const [module] = await Promise.all([import("./follow-up-chips.tsx"), loadTexts("course")]);
  return { default: module.FollowUpChips };
});

export function FollowUps({ conversationId, answerId, onAsk }: Props) {
  const { data } = useQuery({
    queryKey: ["follow-ups", conversationId, answerId],
    queryFn: ({ signal }) =>
      request<{ items: string[] }>(`/conversations/${conversationId}/follow-ups`, { signal }),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Suspense>
      <Chips questions={data.items} onAsk={onAsk} />
    </Suspense>
  );
}
