import { useTranslation } from "react-i18next";
import type { Engines } from "#server/features/engines/shapes.ts";
import { inWordsOfPage } from "../../../api/failure-sentence.ts";
import { Badge } from "../../../ui/badge.tsx";
import { ModelsList } from "./models-list.tsx";
import { PartFrame, ServerFields, SettingField, SettingSelect } from "./part-form.tsx";
import {
  usePart,
  type Installation,
  type OfferedModel,
  type PartForm,
  type Values,
} from "./use-engines.ts";

export interface PartProps {
  used: Engines["used"];
  installation: Installation;
}

const ENGINES = [
  "auto",
  "sherpa",
  "openai",
  "deepgram",
  "assemblyai",
  "elevenlabs",
  "pocketsphinx",
  "none",
] as const;
const CLOUDS = ["deepgram", "assemblyai", "elevenlabs"];
const PRIORITIES = ["HIGH", "LOW"] as const;

export function RecognitionPart({ used, installation }: PartProps) {
  const { t } = useTranslation();
  const form = usePart("recognition", installation.settings);
  const engine = ENGINES.find((one) => one === form.value("LM_STT_ENGINE")) ?? "auto";
  const chosen: string[] = [engine, ...PRIORITIES.map((one) => form.value(`LM_STT_${one}_ENGINE`))];
  const isCloud = chosen.some((one) => CLOUDS.includes(one));
  // The service goes with the engine: whoever chooses one gives its key.
  const choose = (changes: Values) => {
    const wanted = Object.values(changes).find((value) => CLOUDS.includes(value));
    form.set(wanted ? { ...changes, LM_STT_CLOUD: wanted } : changes);
  };
  const engines = ENGINES.map((value) => ({ value, label: t(`engines.stt.${value}`) }));
  const models = installation.models.filter(({ purpose }) => purpose === "speech");
  return (
    <PartFrame
      form={form}
      title={t("engines.parts.recognition")}
      lead={t("engines.leads.recognition")}
      used={
        used.recognition ? (
          <>
            {inWordsOfPage(used.recognition.label)}
            {used.recognition.rough && <Badge tone="warning">{t("engines.rough")}</Badge>}
          </>
        ) : (
          <Badge tone="warning">{t("engines.nothing")}</Badge>
        )
      }
    >
      <SettingSelect
        form={{ ...form, set: choose }}
        name="LM_STT_ENGINE"
        options={engines}
        hint={t(`engines.sttNeeds.${engine}`)}
      />
      <ByPriority form={{ ...form, set: choose }} engines={engines} models={models} />
      {(chosen.includes("openai") || (form.of("LM_STT_OPENAI_URL")?.is_set && !isCloud)) && (
        <ServerFields
          form={form}
          of="LM_STT_OPENAI"
          address="https://speech.example.org/v1"
          model="whisper-1"
        />
      )}
      {isCloud && (
        <>
          <SettingField form={form} name="LM_STT_CLOUD_KEY" />
          <SettingField form={form} name="LM_STT_CLOUD_MODEL" />
        </>
      )}
      {chosen.some((one) => one === "auto" || one === "sherpa") && <ModelsList models={models} />}
    </PartFrame>
  );
}

/** For recordings whose text somebody waits for, and for those that have time. */
function ByPriority({
  form,
  engines,
  models,
}: {
  form: PartForm;
  engines: { value: string; label: string }[];
  models: OfferedModel[];
}) {
  const { t } = useTranslation();
  const here = models.filter(({ is_here }) => is_here);
  const isUsed = PRIORITIES.some((one) => form.of(`LM_STT_${one}_ENGINE`)?.is_set);
  return (
    <details open={isUsed || undefined} className="group rounded-xl border border-line px-4 py-3">
      <summary className="cursor-pointer text-sm font-medium">{t("engines.byPriority")}</summary>
      <p className="mt-2 text-sm text-soft">{t("engines.byPriorityHint")}</p>
      <div className="mt-4 grid gap-4 sm:grid-cols-2">
        {PRIORITIES.map((priority) => {
          const name = `LM_STT_${priority}_ENGINE` as const;
          const model = `LM_STT_${priority}_MODEL` as const;
          const chosen = form.value(name);
          const isLocal = chosen === "auto" || chosen === "sherpa";
          return (
            <div key={priority} className="grid content-start gap-4">
              <SettingSelect
                form={{
                  ...form,
                  // A model belongs to its engine.
                  set: (changes) => form.set({ ...changes, [model]: "" }),
                }}
                name={name}
                options={[{ value: "", label: t("engines.asAbove") }, ...engines]}
              />
              {chosen === "sherpa" && (
                <SettingSelect
                  form={form}
                  name={model}
                  options={[
                    { value: "", label: t("engines.bestModel") },
                    ...here.map(({ id, label }) => ({ value: id, label })),
                  ]}
                />
              )}
              {chosen !== "" && chosen !== "none" && chosen !== "pocketsphinx" && !isLocal && (
                <SettingField form={form} name={model} />
              )}
            </div>
          );
        })}
      </div>
    </details>
  );
}
