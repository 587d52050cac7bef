/** How the student reviews: how much is to stay, how much a day holds, and the weights that fit. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StudySettings } from "#server/features/study/reviews/shapes.ts";
import { request } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { CheckField, TextField } from "../../../ui/field.tsx";
import { moment, percent } from "../../../ui/format.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { splitWords } from "../../../ui/split-words.ts";
import { toast } from "../../../ui/toast.tsx";
import { studySettingsQuery } from "../queries.ts";
import { StudyPage } from "../study-page.tsx";

export function SettingsPage() {
  const { t } = useTranslation();
  const settings = useQuery(studySettingsQuery);
  return (
    <StudyPage title={t("study.settings.title")}>
      <ErrorNotice error={settings.error} />
      {settings.data ? (
        <div className="grid max-w-2xl gap-8">
          <SettingsForm settings={settings.data} />
          <Fit settings={settings.data} />
        </div>
      ) : (
        !settings.error && <Spinner className="mx-auto size-6 text-accent" />
      )}
    </StudyPage>
  );
}

const NUMBERS = [
  ["new_per_day", 0, 9999],
  ["reviews_per_day", 0, 99_999],
  ["day_starts_at", 0, 23],
  ["maximum_interval_days", 1, 36_500],
  ["leech_lapses", 1, 100],
] as const;
const TEXTS = ["time_zone", "learning_steps", "relearning_steps"] as const;

const savedSettings = (json: object) =>
  request<StudySettings>("/study/settings", { method: "PATCH", json });

function SettingsForm({ settings }: { settings: StudySettings }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [draft, setDraft] = useState({
    ...settings,
    learning_steps: settings.learning_steps.join(" "),
    relearning_steps: settings.relearning_steps.join(" "),
  });
  const change = (changes: Partial<typeof draft>) => setDraft({ ...draft, ...changes });
  const save = useMutation({
    mutationFn: () => {
      const { weights: _weights, fit: _fit, learning_steps, relearning_steps, ...json } = draft;
      return savedSettings({
        ...json,
        learning_steps: splitWords(learning_steps),
        relearning_steps: splitWords(relearning_steps),
      });
    },
    onSuccess: (saved) => {
      client.setQueryData(studySettingsQuery.queryKey, saved);
      toast(t("common.saved"));
    },
  });
  const wrong = (field: string) =>
    save.error instanceof Problem
      ? save.error.errors.find((one) => one.field.startsWith(field))?.message
      : undefined;
  const texts = (name: (typeof NUMBERS)[number][0] | (typeof TEXTS)[number]) => ({
    label: t(`study.settings.${name}`),
    hint: t(`study.settings.hints.${name}`),
    error: wrong(name),
  });
  return (
    <form
      className="grid gap-5 rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-7"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Retention
        value={draft.desired_retention}
        onChange={(desired_retention) => change({ desired_retention })}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        {NUMBERS.map(([name, min, max]) => (
          <TextField
            key={name}
            type="number"
            {...texts(name)}
            min={min}
            max={max}
            required
            value={draft[name]}
            onChange={(event) => change({ [name]: event.target.valueAsNumber })}
          />
        ))}
        {TEXTS.map((name) => (
          <TextField
            key={name}
            {...texts(name)}
            value={draft[name]}
            onChange={(event) => change({ [name]: event.target.value })}
          />
        ))}
      </div>
      <CheckField
        label={t("study.settings.suspend_leeches")}
        checked={draft.suspend_leeches}
        onChange={(event) => change({ suspend_leeches: event.target.checked })}
      />
      <ErrorNotice error={save.error} />
      <div className="flex justify-end">
        <Button type="submit" variant="primary" busy={save.isPending}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}

function Retention({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const { t } = useTranslation();
  return (
    <div>
      <label htmlFor="retention" className="mb-1.5 flex justify-between text-sm font-medium">
        {t("study.settings.desired_retention")}
        <output htmlFor="retention" className="tabular-nums">
          {percent(value)}
        </output>
      </label>
      <input
        id="retention"
        type="range"
        min={0.7}
        max={0.99}
        step={0.01}
        value={value}
        aria-describedby="retention-hint"
        onChange={(event) => onChange(Number(event.target.value))}
        className="w-full accent-accent"
      />
      <p id="retention-hint" className="mt-1 text-sm text-soft">
        {t("study.settings.hints.desired_retention")}
      </p>
    </div>
  );
}

/** The page says whether the student's own weights are used, and why. */
function Fit({ settings: { fit, weights } }: { settings: StudySettings }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const start = useMutation({
    mutationFn: () => request("/study/fit", { method: "POST" }),
    onSuccess: () => setAsked(true),
  });
  const loss = (value: number) => value.toFixed(4);
  return (
    <section
      aria-labelledby="fit"
      className="grid gap-4 rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-7"
    >
      <div>
        <h2 id="fit" className="font-semibold">
          {t("study.settings.fit")}
        </h2>
        <p className="mt-1 text-sm text-soft">{t("study.settings.fitText")}</p>
      </div>
      <p className="text-[0.9375rem]" role="status">
        {fit
          ? t(fit.taken ? "study.settings.fitTaken" : "study.settings.fitLeft", {
              date: moment(fit.fitted_at),
              reviews: fit.reviews,
              fitted: loss(fit.fitted_log_loss),
              standard: loss(fit.default_log_loss),
            })
          : t("study.settings.fitNever")}
      </p>
      {weights && (
        <p className="text-xs text-soft tabular-nums">
          {weights.map((weight) => weight.toFixed(3)).join(" · ")}
        </p>
      )}
      <ErrorNotice error={start.error} />
      <div className="flex flex-wrap items-center gap-3">
        <Button busy={start.isPending} onClick={() => start.mutate()}>
          {t("study.settings.fitNow")}
        </Button>
        {asked && <span className="text-sm text-soft">{t("study.settings.fitStarted")}</span>}
      </div>
    </section>
  );
}
