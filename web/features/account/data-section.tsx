/** Settings: everything of the account as one file, and an account from elsewhere. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { z } from "zod";
import type { accountExport, accountImport } from "#server/features/account/shapes.ts";
import { addressOf, request } from "../../api/client.ts";
import { ensureMediaCookie } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField } from "../../ui/field.tsx";
import { bytes, day } from "../../ui/format.ts";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Row, rows, Section } from "../authentication/settings-section.tsx";

type Export = z.infer<typeof accountExport>;
type Import = z.infer<typeof accountImport>;

const running = ({ status }: { status: string }) => status === "pending" || status === "processing";

export function DataSections() {
  return (
    <>
      <ExportSection />
      <ImportSection />
    </>
  );
}

function ExportSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: ["account-exports"] });
  const exports = useQuery({
    queryKey: ["account-exports"],
    queryFn: () => request<{ items: Export[] }>("/account/exports", { query: { limit: 5 } }),
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
  return (
    <Section title={t("data.export")} lead={t("data.exportLead")}>
      <ErrorNotice error={exports.error ?? start.error ?? remove.error} />
      <ul className={rows}>
        {items.map((item) => (
          <Row
            key={item.id}
            title={
              item.status === "ready"
                ? t("data.exportOf", {
                    day: day(item.created_at),
                    size: bytes(item.size_bytes ?? 0),
                  })
                : item.status === "failed"
                  ? (item.error_message ?? "")
                  : t("data.exporting")
            }
            detail={
              running(item) ? (
                <ProgressBar value={item.progress ?? 0} label={t("data.exporting")} />
              ) : (
                t("data.keptUntil", { day: day(item.expires_at) })
              )
            }
            action={
              item.status === "ready" ? (
                <Button
                  size="small"
                  onClick={() =>
                    void ensureMediaCookie().then(() =>
                      location.assign(addressOf(`/account/exports/${item.id}/file`)),
                    )
                  }
                >
                  {t("data.download")}
                </Button>
              ) : (
                !running(item) && (
                  <Button size="small" onClick={() => remove.mutate(item.id)}>
                    {t("common.delete")}
                  </Button>
                )
              )
            }
          />
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

function ImportSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const file = useRef<HTMLInputElement>(null);
  const [dryRun, setDryRun] = useState(true);
  const changed = () => client.invalidateQueries({ queryKey: ["account-imports"] });
  const imports = useQuery({
    queryKey: ["account-imports"],
    queryFn: () => request<{ items: Import[] }>("/account/imports", { query: { limit: 5 } }),
    refetchInterval: ({ state }) => (state.data?.items.some(running) ? 1000 : false),
  });
  const start = useMutation({
    mutationFn: (chosen: File) => {
      const body = new FormData();
      body.set("dry_run", String(dryRun));
      body.set("file", chosen);
      return request("/account/import", { method: "POST", body });
    },
    onSuccess: changed,
  });
  const undo = useMutation({
    mutationFn: (id: string) => request(`/account/imports/${id}/undo`, { method: "POST" }),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <Section title={t("data.import")} lead={t("data.importLead")}>
      <ErrorNotice error={imports.error ?? start.error ?? undo.error} />
      {(imports.data?.items ?? []).map((item) => (
        <ImportResult key={item.id} item={item} undo={() => undo.mutate(item.id)} />
      ))}
      <CheckField
        label={t("data.dryRun")}
        checked={dryRun}
        onChange={(event) => setDryRun(event.target.checked)}
      />
      <input
        ref={file}
        type="file"
        accept=".zip,application/zip"
        aria-label={t("data.import")}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = "";
          if (chosen) start.mutate(chosen);
        }}
      />
      <Button
        className="justify-self-start"
        busy={start.isPending}
        onClick={() => file.current?.click()}
      >
        {t("data.chooseFile")}
      </Button>
    </Section>
  );
}

const UNDO_MS = 24 * 60 * 60 * 1000;

function ImportResult({ item, undo }: { item: Import; undo: () => void }) {
  const { t } = useTranslation();
  const [now] = useState(Date.now);
  if (running(item)) return <ProgressBar value={item.progress ?? 0} label={t("data.importing")} />;
  if (item.status === "failed")
    return <Notice tone="error">{item.error_message ?? t("errors.unknown")}</Notice>;
  const sum = (key: "added" | "here_already") =>
    Object.values(item.counts ?? {}).reduce((whole, count) => whole + count[key], 0);
  const figures = { added: sum("added"), here: sum("here_already") };
  return (
    <Notice>
      <p>
        {item.status === "undone"
          ? t("data.undone")
          : item.dry_run
            ? t("data.wouldCome", figures)
            : t("data.came", figures)}
      </p>
      {(item.conflicts ?? []).map((conflict) => (
        <p key={conflict}>{conflict}</p>
      ))}
      {item.status === "completed" &&
        !item.dry_run &&
        now - Date.parse(item.completed_at ?? "") < UNDO_MS && (
          <Button size="small" className="mt-2" onClick={undo}>
            {t("data.undo")}
          </Button>
        )}
    </Notice>
  );
}
