import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { TranscriptionJob } from "#server/features/transcription/shapes.ts";
import { JOB_PRIORITIES, type JobPriority } from "#server/vocabulary.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { LANGUAGES } from "../content/languages.ts";
import { enginesQuery, labelOf } from "./engines.ts";

const PRIORITIES = Object.keys(JOB_PRIORITIES) as JobPriority[];

export function RetranscribeDialog({
  recording,
  onClose,
}: {
  recording: Recording;
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const [wish, setWish] = useState<Wish>({
    engine: "",
    model: "",
    language: recording.language ?? "",
    priority: "normal",
  });
  const names = new Intl.DisplayNames([i18n.language], { type: "language" });
  const start = useMutation({
    mutationFn: () =>
      request<TranscriptionJob>(`/recordings/${recording.id}/transcribe`, {
        method: "POST",
        json: Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== "")),
      }),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ["transcription-jobs", recording.id] });
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("transcription.againTitle")}
      description={t("transcription.againText")}
    >
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate();
        }}
      >
        <ErrorNotice error={start.error} />
        <EngineFields wish={wish} onChange={setWish} />
        <SelectField
          label={t("transcription.language")}
          value={wish.language}
          onChange={(event) => setWish({ ...wish, language: event.target.value })}
        >
          <option value="">{t("transcription.detect")}</option>
          {LANGUAGES.map((tag) => (
            <option key={tag} value={tag}>
              {names.of(tag)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t("transcription.priority")}
          value={wish.priority}
          onChange={(event) => setWish({ ...wish, priority: event.target.value as JobPriority })}
        >
          {PRIORITIES.map((priority) => (
            <option key={priority} value={priority}>
              {t(`transcription.priorities.${priority}`)}
            </option>
          ))}
        </SelectField>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={start.isPending}>
            {t("transcription.start")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Empty: what the server finds best. */
interface Wish {
  engine: string;
  model: string;
  language: string;
  priority: JobPriority;
}

function EngineFields({ wish, onChange }: { wish: Wish; onChange: (wish: Wish) => void }) {
  const { t } = useTranslation();
  const engines = useQuery(enginesQuery).data ?? [];
  const models = engines.find(({ name }) => name === wish.engine)?.models ?? [];
  return (
    <>
      <SelectField
        label={t("transcription.engine")}
        value={wish.engine}
        onChange={(event) => onChange({ ...wish, engine: event.target.value, model: "" })}
      >
        <option value="">{t("transcription.bestEngine")}</option>
        {engines.map(({ name, label, available, rough }) => (
          <option key={name} value={name} disabled={!available}>
            {labelOf({ label })}
            {rough ? ` – ${t("transcription.rough")}` : ""}
            {available ? "" : ` – ${t("transcription.notAvailable")}`}
          </option>
        ))}
      </SelectField>
      {models.length > 1 && (
        <SelectField
          label={t("transcription.model")}
          value={wish.model}
          onChange={(event) => onChange({ ...wish, model: event.target.value })}
        >
          <option value="">{t("transcription.bestModel")}</option>
          {models.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
      )}
    </>
  );
}
