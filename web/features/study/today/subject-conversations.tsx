import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Conversation } from "#server/features/interactions/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../../api/client.ts";
import { day } from "../../../ui/format.ts";

const SHOWN = 8;

export function SubjectConversations({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const conversations = useQuery({
    queryKey: ["conversations", "subject", subject],
    queryFn: async ({ signal }) =>
      (
        await request<Page<Conversation>>("/conversations", {
          query: { subject, limit: SHOWN },
          signal,
        })
      ).items,
  }).data;
  if (!conversations?.length) return null;
  return (
    <section aria-labelledby="conversations">
      <h2 id="conversations" className="mb-3 font-semibold">
        {t("study.subject.conversations")}
      </h2>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
        {conversations.map(({ id, title, updated_at }) => (
          <li key={id}>
            <Link to="/tutor/$id" params={{ id }} className="block px-4 py-3 hover:bg-sunken/60">
              <span className="block truncate font-medium">{title}</span>
              <span className="text-sm text-soft">{day(updated_at)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
