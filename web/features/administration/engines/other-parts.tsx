import { useTranslation } from "react-i18next";
import { inWordsOfPage } from "../../../api/failure-sentence.ts";
import { Badge } from "../../../ui/badge.tsx";
import { CheckField } from "../../../ui/field.tsx";
import { ModelsList } from "./models-list.tsx";
import { PartFrame, ServerFields, SettingField, SettingSelect } from "./part-form.tsx";
import type { PartProps } from "./recognition-part.tsx";
import { usePart } from "./use-engines.ts";

const VOICES = ["auto", "sherpa", "flite", "espeak", "openai"] as const;

export function VoicesPart({ used, installation }: PartProps) {
  const { t } = useTranslation();
  const form = usePart("voices", installation.settings);
  const engine = VOICES.find((one) => one === form.value("LM_TTS_ENGINE")) ?? "auto";
  return (
    <PartFrame
      form={form}
      title={t("engines.parts.voices")}
      lead={t("engines.leads.voices")}
      used={used.voices && inWordsOfPage(used.voices.label)}
    >
      <SettingSelect
        form={form}
        name="LM_TTS_ENGINE"
        options={VOICES.map((value) => ({ value, label: t(`engines.tts.${value}`) }))}
        hint={t(`engines.ttsNeeds.${engine}`)}
      />
      {(engine === "auto" || engine === "sherpa") && (
        <ModelsList models={installation.models.filter(({ purpose }) => purpose === "voice")} />
      )}
      {(engine === "openai" || form.of("LM_TTS_OPENAI_URL")?.is_set) && (
        <ServerFields
          form={form}
          of="LM_TTS_OPENAI"
          address="https://speech.example.org/v1"
          model="tts-1"
        />
      )}
    </PartFrame>
  );
}

export function MailPart({ installation }: PartProps) {
  const { t } = useTranslation();
  const form = usePart("mail", installation.settings);
  const isSet = form.of("LM_SMTP_URL")?.is_set === true;
  return (
    <PartFrame
      form={form}
      title={t("engines.parts.mail")}
      lead={t("engines.leads.mail")}
      used={
        <Badge tone={isSet ? "accent" : "neutral"}>
          {t(isSet ? "engines.mailOn" : "engines.mailOff")}
        </Badge>
      }
      tried={isSet || form.isChanged}
    >
      <SettingField
        form={form}
        name="LM_SMTP_URL"
        placeholder="smtp://user:password@mail.example.org:587"
      />
      <SettingField
        form={form}
        name="LM_MAIL_FROM"
        placeholder="Little Monster <little-monster@example.org>"
      />
    </PartFrame>
  );
}

export function AddressPart({ installation }: PartProps) {
  const { t } = useTranslation();
  const form = usePart("address", installation.settings);
  return (
    <PartFrame
      form={form}
      title={t("engines.parts.address")}
      lead={t("engines.leads.address")}
      tried={false}
    >
      <SettingField
        form={form}
        name="LM_PUBLIC_URL"
        type="url"
        placeholder="https://study.example.org"
      />
      {(form.fromElsewhere || form.errorOf("LM_PUBLIC_URL")) && (
        <CheckField
          label={t("engines.saveAllTheSame")}
          checked={form.fromElsewhere}
          onChange={(event) => form.setFromElsewhere(event.target.checked)}
        />
      )}
      <SettingField form={form} name="LM_TRUSTED_PROXIES" placeholder="127.0.0.1, 10.0.0.0/8" />
    </PartFrame>
  );
}

const REGISTRATIONS = ["open", "invitation", "closed"] as const;

export function RegistrationPart({ installation }: PartProps) {
  const { t } = useTranslation();
  const form = usePart("registration", installation.settings);
  return (
    <PartFrame
      form={form}
      title={t("engines.parts.registration")}
      lead={t("engines.leads.registration")}
      tried={false}
    >
      <SettingSelect
        form={form}
        name="LM_REGISTRATION"
        options={REGISTRATIONS.map((value) => ({
          value,
          label: t(`engines.registration.${value}`),
        }))}
      />
    </PartFrame>
  );
}
