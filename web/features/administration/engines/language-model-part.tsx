import { useTranslation } from "react-i18next";
import { Badge } from "../../../ui/badge.tsx";
import { SelectField } from "../../../ui/field.tsx";
import { FindServers } from "./find-servers.tsx";
import { EnvironmentMark, PartFrame, SettingField } from "./part-form.tsx";
import type { PartProps } from "./recognition-part.tsx";
import { usePart, type SettingName, type Values } from "./use-engines.ts";

const NAMES: SettingName[] = [
  "LM_LLM_PROVIDER",
  "LM_LLM_URL",
  "LM_LLM_KEY",
  "LM_LLM_MODEL",
  "LM_LLM_REGION",
  "LM_LLM_CONTEXT_TOKENS",
];
const NOTHING = Object.fromEntries(NAMES.map((name) => [name, ""])) as Values;
const PROVIDERS = ["none", "openai-compatible", "anthropic", "bedrock"] as const;

export function LanguageModelPart({ used, installation }: PartProps) {
  const { t } = useTranslation();
  const form = usePart("language_model", installation.settings);
  const isSet = NAMES.some((name) => form.of(name)?.is_set) || form.isChanged;
  const isGone = form.isChanged && NAMES.every((name) => form.value(name) === "");
  const provider =
    !isSet || isGone
      ? "none"
      : (PROVIDERS.find((one) => one === form.value("LM_LLM_PROVIDER")) ?? "openai-compatible");
  const choose = (wanted: string) =>
    form.set(wanted === "none" ? NOTHING : { LM_LLM_PROVIDER: wanted });
  return (
    <PartFrame
      form={form}
      title={t("engines.parts.language_model")}
      lead={t("engines.leads.language_model")}
      used={
        used.language_model ? (
          used.language_model.model
        ) : (
          <Badge tone="warning">{t("engines.nothing")}</Badge>
        )
      }
      tried={provider !== "none"}
    >
      <SelectField
        label={t("engines.fields.LM_LLM_PROVIDER")}
        value={provider}
        disabled={form.isFixed(...NAMES)}
        onChange={(event) => choose(event.target.value)}
        hint={
          form.isFixed(...NAMES) ? (
            <EnvironmentMark name="LM_LLM_URL" />
          ) : (
            t(`engines.llmNeeds.${provider}`)
          )
        }
      >
        {PROVIDERS.map((one) => (
          <option key={one} value={one}>
            {t(`engines.llm.${one}`)}
          </option>
        ))}
      </SelectField>
      {!form.isFixed(...NAMES) && (provider === "none" || provider === "openai-compatible") && (
        <FindServers
          part="language_model"
          take={(url, model) =>
            form.set({
              LM_LLM_PROVIDER: "openai-compatible",
              LM_LLM_URL: url,
              LM_LLM_MODEL: model,
            })
          }
        />
      )}
      {provider === "openai-compatible" && (
        <SettingField
          form={form}
          name="LM_LLM_URL"
          type="url"
          placeholder="http://127.0.0.1:11434/v1"
        />
      )}
      {provider !== "none" && (
        <>
          <SettingField form={form} name="LM_LLM_MODEL" />
          {provider === "bedrock" && (
            <SettingField form={form} name="LM_LLM_REGION" placeholder="eu-central-1" />
          )}
          <SettingField form={form} name="LM_LLM_KEY" />
          <SettingField form={form} name="LM_LLM_CONTEXT_TOKENS" type="number" placeholder="8192" />
        </>
      )}
    </PartFrame>
  );
}
