/** Settings: everything of the account as one file. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AccountExport } from "#server/features/account/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { addressOf, request } from "../../api/client.ts";
import { ensureMediaCookie } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { bytes, day, moment } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Row, rows, Section } from "../authentication/settings-section.tsx";
import { running } from "./running.ts";

export function ExportSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: ["account-exports"] });
  const exports = useQuery({
    queryKey: ["account-exports"],
    queryFn: () => request<Page<AccountExport>>("/account/exports", { query: { limit: 5 } }),
    refetchInterval: ({ state }) => (state.data?.items.some(running) ? 1000 : false),
  });
  const start = useMutation({
    mutationFn: () => request("/account/export", { method: "POST" }),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: (id: string) => request(`/account/exports/${id}`, { method: "DELETE" }),
    onSuccess: changed,
  });
  const items = exports.data?.items ?? [];
  const last = items.find(({ status }) => status === "ready");
  return (
    <Section title={t("data.export")} lead={t("data.exportLead")}>
      <ErrorNotice error={exports.error ?? start.error ?? remove.error} />
      {exports.data && (
        <p className="text-sm text-soft">
          {last
            ? t("data.lastExport", {
                when: moment(last.completed_at ?? last.created_at),
                size: bytes(last.size_bytes ?? 0),
              })
            : t("data.noExport")}
        </p>
      )}
      <ul className={rows}>
        {items.map((item) => (
          <ExportRow key={item.id} item={item} remove={() => remove.mutate(item.id)} />
        ))}
      </ul>
      <Button
        className="justify-self-start"
        busy={start.isPending}
        disabled={items.some(running)}
        onClick={() => start.mutate()}
      >
        {t("data.startExport")}
      </Button>
    </Section>
  );
}

function ExportRow({ item, remove }: { item: AccountExport; remove: () => void }) {
  const { t } = useTranslation();
  const download = () =>
    void ensureMediaCookie().then(() =>
      location.assign(addressOf(`/account/exports/${item.id}/file`)),
    );
  const title =
    item.status === "ready"
      ? t("data.exportOf", { day: day(item.created_at), size: bytes(item.size_bytes ?? 0) })
      : item.status === "failed"
        ? (item.error_message ?? "")
        : t("data.exporting");
  return (
    <Row
      title={title}
      detail={
        running(item) ? (
          <ProgressBar value={item.progress ?? undefined} label={t("data.exporting")} />
        ) : (
          item.status === "ready" && t("data.keptUntil", { day: day(item.expires_at) })
        )
      }
      action={
        !running(item) && (
          <div className="flex shrink-0 flex-wrap gap-2">
            {item.status === "ready" && (
              <Button size="small" onClick={download}>
                {t("data.download")}
              </Button>
            )}
            <Button size="small" variant="plain" onClick={remove}>
              {t("common.delete")}
            </Button>
          </div>
        )
      }
    />
  );
}
