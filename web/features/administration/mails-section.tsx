/** Mails that wait to be sent: which kinds, since when and why. Never to whom, nor what they say. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { TriedMails, WaitingMails } from "#server/features/authentication/mails/shapes.ts";
import { request } from "../../api/client.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { moment } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import { Row, rows, Section } from "../authentication/settings-section.tsx";

/** No event tells of them. */
const REFRESH_MS = 5000;

export function MailsSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mails = useQuery({
    queryKey: ["waiting-mails"],
    queryFn: ({ signal }) => request<WaitingMails>("/admin/mails", { signal }),
    refetchInterval: REFRESH_MS,
  });
  const retry = useMutation({
    mutationFn: () => request<TriedMails>("/admin/mails/retry", { method: "POST" }),
    onSuccess: ({ count }) => {
      toast(t("administration.mailsRetried", { count }));
      return client.invalidateQueries({ queryKey: ["waiting-mails"] });
    },
    onError: toastError,
  });
  const items = mails.data?.items ?? [];
  return (
    <Section title={t("administration.mails")} lead={t("administration.mailsLead")}>
      <ErrorNotice error={mails.error} />
      {mails.isSuccess && items.length === 0 && (
        <p className="text-sm text-soft">{t("administration.mailsNone")}</p>
      )}
      <ul className={rows}>
        {items.map(({ kind, trouble, count, oldest_at, next_at }) => (
          <Row
            key={`${kind} ${trouble}`}
            title={t(`administration.mailKinds.${kind}`)}
            detail={[
              t(`administration.mailTroubles.${trouble ?? "none"}`),
              t("administration.mailsSince", { moment: moment(oldest_at) }),
              trouble && t("administration.mailsNext", { moment: moment(next_at) }),
            ]
              .filter(Boolean)
              .join(" · ")}
            action={<Badge tone={trouble ? "warning" : "accent"}>{count}</Badge>}
          />
        ))}
      </ul>
      {items.some(({ trouble }) => trouble) && (
        <Button
          className="justify-self-start"
          busy={retry.isPending}
          onClick={() => retry.mutate()}
        >
          {t("administration.mailsRetry")}
        </Button>
      )}
    </Section>
  );
}
