import { useTranslation } from "react-i18next";
import type { Engines } from "#server/features/engines/shapes.ts";
import { Badge } from "../../../ui/badge.tsx";
import { ModelsList } from "./models-list.tsx";
import { PartFrame, ServerFields, SettingField, SettingSelect } from "./part-form.tsx";
import { usePart, type Installation } from "./use-engines.ts";

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

export function RecognitionPart({ used, installation }: PartProps) {
  const { t } = useTranslation();
  const form = usePart("recognition", installation.settings);
  const engine = ENGINES.find((one) => one === form.value("LM_STT_ENGINE")) ?? "auto";
  const isCloud = CLOUDS.includes(engine);
  // The service goes with the engine: whoever chooses one gives its key.
  const choose = (changes: { LM_STT_ENGINE?: string }) => {
    const wanted = changes.LM_STT_ENGINE;
    form.set(wanted && CLOUDS.includes(wanted) ? { ...changes, LM_STT_CLOUD: wanted } : changes);
  };
  return (
    <PartFrame
      form={form}
      title={t("engines.parts.recognition")}
      lead={t("engines.leads.recognition")}
      used={
        used.recognition ? (
          <>
            {used.recognition.label}
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
        options={ENGINES.map((value) => ({ value, label: t(`engines.stt.${value}`) }))}
        hint={t(`engines.sttNeeds.${engine}`)}
      />
      {(engine === "openai" || form.of("LM_STT_OPENAI_URL")?.is_set) && !isCloud && (
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
      {(engine === "auto" || engine === "sherpa") && (
        <ModelsList models={installation.models.filter(({ purpose }) => purpose === "speech")} />
      )}
    </PartFrame>
  );
}
