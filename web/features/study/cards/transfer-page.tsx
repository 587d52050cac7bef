/** Cards that come in from Anki, CSV or Markdown, counted before anything is written, and cards that go out. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CardTransfer } from "#server/features/study/cards/transfers/shapes.ts";
import { request, send } from "../../../api/client.ts";
import { failureSentence } from "../../../api/failure-sentence.ts";
import { queryClient } from "../../../api/query-client.ts";
import { Button } from "../../../ui/button.tsx";
import { SelectField } from "../../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { saveFile } from "../../../ui/save-file.ts";
import { importQuery, subjectsQuery } from "../queries.ts";
import { StudyPage } from "../study-page.tsx";
import { SubjectField } from "./card-form.tsx";
import { ImportCounts } from "./import-counts.tsx";

export function TransferPage() {
  const { t } = useTranslation();
  return (
    <StudyPage title={t("study.transfer.title")}>
      <div className="grid gap-8 lg:grid-cols-2">
        <Import />
        <Export />
      </div>
    </StudyPage>
  );
}

const sectionClass =
  "grid content-start gap-5 rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-7";

function Import() {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File>();
  const [subject, setSubject] = useState("");
  const [id, setId] = useState<string>();
  const start = useMutation({
    mutationFn: ({ chosen, dryRun }: { chosen: File; dryRun: boolean }) => {
      const form = new FormData();
      form.set("dry_run", String(dryRun));
      if (subject.trim()) form.set("subject", subject.trim());
      form.set("file", chosen);
      return request<CardTransfer>("/cards/import", { method: "POST", body: form });
    },
    onSuccess: (started) => setId(started.id),
  });
  const transfer = useQuery({ ...importQuery(id ?? ""), enabled: id !== undefined }).data;
  const working = transfer?.status === "pending" || transfer?.status === "processing";
  const done = transfer?.status === "completed";
  useEffect(() => {
    if (done && !transfer.dry_run) void queryClient.invalidateQueries({ queryKey: ["cards"] });
  }, [done, transfer]);
  return (
    <section aria-labelledby="import" className={sectionClass}>
      <div>
        <h2 id="import" className="font-semibold">
          {t("study.transfer.import")}
        </h2>
        <p className="mt-1 text-sm text-soft">{t("study.transfer.importText")}</p>
      </div>
      <SubjectField value={subject} onChange={setSubject} />
      <div className="flex flex-wrap items-center gap-3">
        <Button busy={start.isPending || working} onClick={() => picker.current?.click()}>
          {t("study.transfer.chooseFile")}
        </Button>
        {file && <span className="min-w-0 truncate text-sm text-soft">{file.name}</span>}
        <input
          ref={picker}
          type="file"
          accept=".apkg,.colpkg,.csv,.tsv,.txt,.md"
          className="sr-only"
          tabIndex={-1}
          aria-label={t("study.transfer.chooseFile")}
          onChange={(event) => {
            const chosen = event.target.files?.[0];
            event.target.value = "";
            if (!chosen) return;
            setFile(chosen);
            // First it is only counted.
            start.mutate({ chosen, dryRun: true });
          }}
        />
      </div>
      <ErrorNotice error={start.error} />
      <div aria-live="polite" className="grid gap-4 empty:hidden">
        {working && <ProgressBar label={t("study.transfer.reading")} />}
        {transfer?.status === "failed" && (
          <Notice tone="error">
            {failureSentence(transfer.error_code, transfer.error_message)}
          </Notice>
        )}
        {done && <ImportCounts transfer={transfer} />}
      </div>
      {done && transfer.dry_run && file && (
        <Button
          variant="primary"
          busy={start.isPending}
          onClick={() => start.mutate({ chosen: file, dryRun: false })}
        >
          {t("study.transfer.importNow")}
        </Button>
      )}
    </section>
  );
}

function Export() {
  const { t } = useTranslation();
  const subjects = useQuery(subjectsQuery).data ?? [];
  const [format, setFormat] = useState("apkg");
  const [subject, setSubject] = useState("");
  const write = useMutation({
    mutationFn: async () => {
      const { id } = await request<CardTransfer>("/cards/export", {
        method: "POST",
        json: { format, ...(subject ? { subject } : {}) },
      });
      let answer = await send(`/cards/exports/${id}`);
      while (answer.status === 202) {
        await answer.body?.cancel();
        await new Promise((resolve) => setTimeout(resolve, 700));
        answer = await send(`/cards/exports/${id}`);
      }
      await saveFile(answer, `cards.${format}`);
    },
  });
  return (
    <section aria-labelledby="export" className={sectionClass}>
      <div>
        <h2 id="export" className="font-semibold">
          {t("study.transfer.export")}
        </h2>
        <p className="mt-1 text-sm text-soft">{t("study.transfer.exportText")}</p>
      </div>
      <SelectField
        label={t("study.transfer.format")}
        value={format}
        onChange={(event) => setFormat(event.target.value)}
      >
        {(["apkg", "csv", "md"] as const).map((one) => (
          <option key={one} value={one}>
            {t(`study.transfer.formats.${one}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t("common.subject")}
        value={subject}
        onChange={(event) => setSubject(event.target.value)}
      >
        <option value="">{t("library.allSubjects")}</option>
        {subjects
          .filter(({ cards }) => cards > 0)
          .map((one) => (
            <option key={one.subject}>{one.subject}</option>
          ))}
      </SelectField>
      <ErrorNotice error={write.error} />
      <Button variant="primary" busy={write.isPending} onClick={() => write.mutate()}>
        {t("study.transfer.download")}
      </Button>
    </section>
  );
}
