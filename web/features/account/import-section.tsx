/** Settings: an account from elsewhere. It is tried first: what would come in is told, and then taken in or not. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AccountImport } from "#server/features/account/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { moment } from "../../ui/format.ts";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Section } from "../authentication/settings-section.tsx";
import { running } from "./running.ts";
import { sendSuitcase } from "./send-suitcase.ts";

export function ImportSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const file = useRef<HTMLInputElement>(null);
  const abort = useRef<AbortController>(undefined);
  const [sent, setSent] = useState<number>();
  const [paused, setPaused] = useState(false);
  const changed = () => client.invalidateQueries({ queryKey: ["account-imports"] });
  const imports = useQuery({
    queryKey: ["account-imports"],
    queryFn: () => request<Page<AccountImport>>("/account/imports", { query: { limit: 3 } }),
    refetchInterval: ({ state }) => (state.data?.items.some(running) ? 1000 : false),
  });
  const start = useMutation({
    mutationFn: (chosen: File) => {
      abort.current = new AbortController();
      setPaused(false);
      setSent(0);
      return sendSuitcase(chosen, setSent, abort.current.signal);
    },
    onSuccess: changed,
    onSettled: () => setSent(undefined),
  });
  const act = useMutation({
    mutationFn: ({ id, what }: { id: string; what: "start" | "undo" }) =>
      request(`/account/imports/${id}/${what}`, { method: "POST" }),
    onSuccess: () => client.invalidateQueries(),
  });
  useEffect(() => () => abort.current?.abort(), []);
  const pause = () => {
    setPaused(true);
    abort.current?.abort();
  };
  return (
    <Section title={t("data.import")} lead={t("data.importLead")}>
      <ErrorNotice error={imports.error ?? (paused ? undefined : start.error) ?? act.error} />
      {(imports.data?.items ?? []).map((item) => (
        <ImportResult
          key={item.id}
          item={item}
          busy={act.isPending}
          act={(what) => act.mutate({ id: item.id, what })}
        />
      ))}
      {sent !== undefined && (
        <div className="grid gap-2">
          <ProgressBar value={sent} label={t("data.sending")} />
          <p className="text-sm text-soft">{t("data.sendingHint")}</p>
          <Button size="small" className="justify-self-start" onClick={pause}>
            {t("data.pause")}
          </Button>
        </div>
      )}
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
      {sent === undefined && (
        <Button className="justify-self-start" onClick={() => file.current?.click()}>
          {t("data.chooseFile")}
        </Button>
      )}
    </Section>
  );
}

const UNDO_MS = 24 * 60 * 60 * 1000;

function ImportResult({
  item,
  busy,
  act,
}: {
  item: AccountImport;
  busy: boolean;
  act: (what: "start" | "undo") => void;
}) {
  const { t } = useTranslation();
  const [now] = useState(Date.now);
  if (running(item))
    return (
      <ProgressBar
        value={item.progress ?? undefined}
        label={t(item.dry_run ? "data.trying" : "data.importing")}
      />
    );
  if (item.status === "failed")
    return <Notice tone="error">{item.error_message ?? t("errors.unknown")}</Notice>;
  const when = moment(item.completed_at ?? item.created_at);
  const waits = item.dry_run && Date.parse(item.kept_until ?? "") > now;
  const undoable =
    item.status === "completed" &&
    !item.dry_run &&
    now - Date.parse(item.completed_at ?? "") < UNDO_MS;
  return (
    <Notice>
      <p>
        {item.status === "undone"
          ? t("data.undone")
          : t(item.dry_run ? "data.tried" : "data.taken", { when })}
      </p>
      {item.status !== "undone" && <Counts counts={item.counts ?? {}} />}
      {(item.conflicts ?? []).map((conflict) => (
        <p key={conflict} className="mt-1" dir="auto">
          {conflict}
        </p>
      ))}
      {waits && (
        <Button
          size="small"
          variant="primary"
          className="mt-2"
          busy={busy}
          onClick={() => act("start")}
        >
          {t("data.takeIn")}
        </Button>
      )}
      {undoable && (
        <Button size="small" className="mt-2" busy={busy} onClick={() => act("undo")}>
          {t("data.undo")}
        </Button>
      )}
    </Notice>
  );
}

/** What a student calls by its name; the rest is counted together. */
const NAMED = [
  "recordings",
  "transcriptions",
  "study_materials",
  "conversations",
  "cards",
  "card_reviews",
  "marks",
  "quizzes",
] as const;

function Counts({ counts }: { counts: NonNullable<AccountImport["counts"]> }) {
  const { t } = useTranslation();
  const sum = (names: string[], key: "added" | "here_already") =>
    names.reduce((whole, name) => whole + (counts[name]?.[key] ?? 0), 0);
  const others = Object.keys(counts).filter((name) => !NAMED.includes(name as "cards"));
  const lines = [
    ...NAMED.map((name) => ({ name, tables: [name as string] })),
    { name: "others" as const, tables: others },
  ].flatMap(({ name, tables }) => {
    const [added, here] = [sum(tables, "added"), sum(tables, "here_already")];
    return added + here > 0 ? [{ name, added, here }] : [];
  });
  if (lines.length === 0) return <p>{t("data.nothingIn")}</p>;
  return (
    <ul className="mt-1 list-disc ps-5">
      {lines.map(({ name, added, here }) => (
        <li key={name}>{t("data.counted", { what: t(`data.kinds.${name}`), added, here })}</li>
      ))}
    </ul>
  );
}
