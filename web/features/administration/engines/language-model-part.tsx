import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "../../../ui/badge.tsx";
import { SelectField } from "../../../ui/field.tsx";
import { FindServers } from "./find-servers.tsx";
import { EnvironmentMark, PartFrame, SettingField } from "./part-form.tsx";
import type { PartProps } from "./recognition-part.tsx";
import { usePart, type Installation } from "./use-engines.ts";

const FIELDS = ["PROVIDER", "URL", "KEY", "MODEL", "REGION", "CONTEXT_TOKENS"] as const;
const PROVIDERS = ["none", "openai-compatible", "anthropic", "bedrock"] as const;
type Provider = (typeof PROVIDERS)[number];

export function LanguageModelPart({ used, installation }: PartProps) {
  const { t } = useTranslation();
  return (
    <ModelPart
      part="language_model"
      of="LM_LLM"
      installation={installation}
      used={
        used.language_model ? (
          used.language_model.model
        ) : (
          <Badge tone="warning">{t("engines.nothing")}</Badge>
        )
      }
    />
  );
}

/** What writes cards and summaries, where it is another. */
export function JobsModelPart({ used, installation }: PartProps) {
  const { t } = useTranslation();
  return (
    <ModelPart
      part="language_model_of_jobs"
      of="LM_LLM_JOBS"
      installation={installation}
      used={used.language_model_of_jobs?.model ?? t("engines.llmOfJobs.same")}
    />
  );
}

function ModelPart({
  part,
  of,
  used,
  installation,
}: {
  part: "language_model" | "language_model_of_jobs";
  of: "LM_LLM" | "LM_LLM_JOBS";
  used: ReactNode;
  installation: Installation;
}) {
  const { t } = useTranslation();
  const form = usePart(part, installation.settings);
  const names = FIELDS.map((field) => `${of}_${field}` as const);
  const isSet = names.some((name) => form.of(name)?.is_set) || form.isChanged;
  const isGone = form.isChanged && names.every((name) => form.value(name) === "");
  const provider =
    !isSet || isGone
      ? "none"
      : (PROVIDERS.find((one) => one === form.value(`${of}_PROVIDER`)) ?? "openai-compatible");
  const isFixed = form.isFixed(...names);
  const isOfJobs = of === "LM_LLM_JOBS";
  return (
    <PartFrame
      form={form}
      title={t(`engines.parts.${part}`)}
      lead={t(`engines.leads.${part}`)}
      used={used}
      tried={provider !== "none"}
    >
      <ProviderChoice
        of={of}
        provider={provider}
        isFixed={isFixed}
        onChange={(wanted) =>
          form.set(
            wanted === "none"
              ? Object.fromEntries(names.map((name) => [name, ""]))
              : { [`${of}_PROVIDER`]: wanted },
          )
        }
      />
      {!isFixed && (isOfJobs ? provider === "openai-compatible" : !isOutside(provider)) && (
        <FindServers
          part="language_model"
          take={(url, model) =>
            form.set({
              [`${of}_PROVIDER`]: "openai-compatible",
              [`${of}_URL`]: url,
              [`${of}_MODEL`]: model,
            })
          }
        />
      )}
      {provider === "openai-compatible" && (
        <SettingField
          form={form}
          name={`${of}_URL`}
          type="url"
          placeholder="http://127.0.0.1:11434/v1"
        />
      )}
      {provider !== "none" && (
        <>
          <SettingField form={form} name={`${of}_MODEL`} />
          {provider === "bedrock" && (
            <SettingField form={form} name={`${of}_REGION`} placeholder="eu-central-1" />
          )}
          <SettingField form={form} name={`${of}_KEY`} />
          <SettingField
            form={form}
            name={`${of}_CONTEXT_TOKENS`}
            type="number"
            placeholder="8192"
          />
        </>
      )}
    </PartFrame>
  );
}

function ProviderChoice({
  of,
  provider,
  isFixed,
  onChange,
}: {
  of: "LM_LLM" | "LM_LLM_JOBS";
  provider: Provider;
  isFixed: boolean;
  onChange: (wanted: string) => void;
}) {
  const { t } = useTranslation();
  const isOfJobs = of === "LM_LLM_JOBS";
  return (
    <SelectField
      label={t("engines.fields.LM_LLM_PROVIDER")}
      value={provider}
      disabled={isFixed}
      onChange={(event) => onChange(event.target.value)}
      hint={
        isFixed ? (
          <EnvironmentMark name={`${of}_URL`} />
        ) : provider === "none" && isOfJobs ? (
          t("engines.llmOfJobs.needs")
        ) : (
          t(`engines.llmNeeds.${provider}`)
        )
      }
    >
      {PROVIDERS.map((one) => (
        <option key={one} value={one}>
          {one === "none" && isOfJobs ? t("engines.llmOfJobs.same") : t(`engines.llm.${one}`)}
        </option>
      ))}
    </SelectField>
  );
}

const isOutside = (provider: Provider) => provider === "anthropic" || provider === "bedrock";
