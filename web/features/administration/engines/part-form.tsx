/** What every part of the engines has: its fields, one press that tries it, one that keeps it. */
import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { failureSentence } from "../../../api/failure-sentence.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { PasswordField, SelectField, TextField } from "../../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import type { PartForm, SettingName } from "./use-engines.ts";

export function PartFrame({
  form,
  title,
  lead,
  used,
  tried = true,
  children,
}: {
  form: PartForm;
  title: string;
  lead: ReactNode;
  /** What is in use now. */
  used?: ReactNode;
  tried?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <section
      id={form.part}
      aria-label={title}
      className="scroll-mt-6 border-t border-line py-8 first:border-t-0 first:pt-0"
    >
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="mt-1 max-w-[68ch] text-sm text-soft">{lead}</p>
      {used && (
        <p className="mt-3 flex flex-wrap items-center gap-2 text-sm">
          <span className="text-soft">{t("engines.inUse")}</span> {used}
        </p>
      )}
      <form
        className="mt-5 grid max-w-2xl gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          form.save.mutate(form.draft);
        }}
      >
        {children}
        <ErrorNotice error={form.error} />
        <TrialResult form={form} />
        <div className="flex flex-wrap gap-2">
          {form.isChanged && (
            <Button type="submit" variant="primary" busy={form.save.isPending}>
              {t("common.save")}
            </Button>
          )}
          {tried && (
            <Button busy={form.trial.isPending} onClick={() => form.trial.mutate()}>
              {t(form.part === "mail" ? "engines.tryMail" : "engines.try")}
            </Button>
          )}
          {form.isChanged && (
            <Button variant="plain" onClick={form.forget}>
              {t("common.cancel")}
            </Button>
          )}
        </div>
      </form>
    </section>
  );
}

function TrialResult({ form }: { form: PartForm }) {
  const { t } = useTranslation();
  const { data } = form.trial;
  if (!data) return null;
  if (!data.ok)
    return (
      <Notice tone="error">
        {failureSentence(data.error_code ?? "", data.error_message ?? undefined) ??
          t("errors.unknown")}
      </Notice>
    );
  return (
    <p
      role="status"
      className="flex items-start gap-2 rounded-xl bg-accent-soft px-4 py-3 text-sm text-accent-ink"
    >
      <CircleCheck className="mt-0.5 size-4.5 shrink-0" aria-hidden="true" />
      <span className="min-w-0">
        {form.part === "mail"
          ? t("engines.mailSent", { address: data.said })
          : t("engines.works", { seconds: (data.milliseconds / 1000).toFixed(1) })}{" "}
        {form.part !== "mail" && <q dir="auto">{data.said}</q>}
      </span>
    </p>
  );
}

/** One setting, by its name; a secret is never shown again, only that there is one. */
export function SettingField({
  form,
  name,
  type = "text",
  placeholder,
}: {
  form: PartForm;
  name: SettingName;
  type?: "text" | "url" | "number";
  placeholder?: string;
}) {
  const { t } = useTranslation();
  const setting = form.of(name);
  if (!setting) return null;
  const common = {
    label: t(`engines.fields.${name}`),
    error: form.errorOf(name),
    disabled: setting.is_fixed,
    value: form.value(name),
    onChange: (event: { target: { value: string } }) => form.set({ [name]: event.target.value }),
    spellCheck: false,
  };
  const byEnvironment = setting.set_by === "environment" && <EnvironmentMark name={name} />;
  if (setting.is_secret)
    return (
      <PasswordField
        {...common}
        autoComplete="off"
        placeholder={setting.is_set && form.draft[name] === undefined ? "••••••••" : placeholder}
        hint={byEnvironment || (setting.is_set ? t("engines.keyKept") : t("engines.keySealed"))}
      />
    );
  return (
    <TextField
      {...common}
      type={type}
      placeholder={placeholder}
      autoComplete="off"
      hint={byEnvironment || undefined}
    />
  );
}

/** A server of one's own that speaks OpenAI's protocol: its address, model and key. */
export function ServerFields({
  form,
  of,
  address,
  model,
}: {
  form: PartForm;
  of: "LM_STT_OPENAI" | "LM_EMBEDDINGS" | "LM_TTS_OPENAI";
  /** Such as it may be. */
  address: string;
  model?: string;
}) {
  return (
    <>
      <SettingField form={form} name={`${of}_URL`} type="url" placeholder={address} />
      <SettingField form={form} name={`${of}_MODEL`} {...(model && { placeholder: model })} />
      <SettingField form={form} name={`${of}_KEY`} />
    </>
  );
}

export function SettingSelect({
  form,
  name,
  options,
  hint,
}: {
  form: PartForm;
  name: SettingName;
  options: { value: string; label: string }[];
  hint?: ReactNode;
}) {
  const { t } = useTranslation();
  const setting = form.of(name);
  if (!setting) return null;
  return (
    <SelectField
      label={t(`engines.fields.${name}`)}
      error={form.errorOf(name)}
      disabled={setting.is_fixed}
      value={form.value(name) || options[0]!.value}
      onChange={(event) => form.set({ [name]: event.target.value })}
      hint={setting.set_by === "environment" ? <EnvironmentMark name={name} /> : hint}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </SelectField>
  );
}

export function EnvironmentMark({ name }: { name: SettingName }) {
  const { t } = useTranslation();
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Badge>{t("engines.byEnvironment")}</Badge> <code className="text-xs">{name}</code>
    </span>
  );
}
