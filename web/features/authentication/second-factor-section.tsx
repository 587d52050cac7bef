import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  RecoveryCodes,
  SecondFactor,
  StartedTotp,
} from "#server/features/authentication/second-factor/shapes.ts";
import { request } from "../../api/client.ts";
import { lazyPart } from "../../lazy-part.tsx";
import { Button } from "../../ui/button.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { formText } from "./form-text.ts";
import { Section } from "./settings-section.tsx";

const QrCode = lazyPart(() => import("./qr-code.tsx"), "QrCode");

export function SecondFactorSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [codes, setCodes] = useState<string[]>();
  const state = useQuery({
    queryKey: ["second-factor"],
    queryFn: () => request<SecondFactor>("/auth/second-factor"),
  });
  const start = useMutation({
    mutationFn: () => request<StartedTotp>("/auth/totp/start", { method: "POST", json: {} }),
  });
  /** @param fresh recovery codes, which are shown this once */
  const changed = (fresh: string[] | undefined) => {
    setCodes(fresh);
    return client.invalidateQueries({ queryKey: ["second-factor"] });
  };
  return (
    <Section title={t("security.app")} lead={t("security.appLead")}>
      <ErrorNotice error={state.error ?? start.error} />
      {codes && (
        <Notice>
          <p>{t("security.codesLead")}</p>
          <ul className="mt-2 grid grid-cols-2 gap-1 font-mono">
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ul>
        </Notice>
      )}
      {state.data?.totp ? (
        <ChangeApp codesLeft={state.data.recovery_codes_left} onChanged={changed} />
      ) : start.data ? (
        <ConfirmApp
          {...start.data}
          onConfirmed={(fresh) => {
            start.reset();
            return changed(fresh);
          }}
        />
      ) : (
        <Button
          className="justify-self-start"
          busy={start.isPending}
          onClick={() => start.mutate()}
        >
          {t("security.addApp")}
        </Button>
      )}
    </Section>
  );
}

/** The app is set up: new recovery codes, or without it again. */
function ChangeApp({
  codesLeft,
  onChanged,
}: {
  codesLeft: number;
  onChanged: (codes: string[] | undefined) => Promise<void>;
}) {
  const { t } = useTranslation();
  const remove = useMutation({
    mutationFn: (password: string) =>
      request("/auth/totp", { method: "DELETE", json: { password } }),
    onSuccess: () => onChanged(undefined),
  });
  const renew = useMutation({
    mutationFn: (password: string) =>
      request<RecoveryCodes>("/auth/recovery-codes", {
        method: "POST",
        json: { password },
      }),
    onSuccess: ({ recovery_codes }) => onChanged(recovery_codes),
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const password = formText(event.currentTarget, "password");
        const { submitter } = event.nativeEvent as SubmitEvent;
        if (submitter?.getAttribute("value") === "remove") remove.mutate(password);
        else renew.mutate(password);
      }}
    >
      <p className="text-sm">{t("security.appOn", { count: codesLeft })}</p>
      <ErrorNotice error={renew.error ?? remove.error} />
      <PasswordField
        label={t("authentication.password")}
        name="password"
        autoComplete="current-password"
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" name="do" value="renew" busy={renew.isPending}>
          {t("security.newCodes")}
        </Button>
        <Button type="submit" name="do" value="remove" busy={remove.isPending}>
          {t("security.removeApp")}
        </Button>
      </div>
    </form>
  );
}

/** The app's first code proves that it works. */
function ConfirmApp({
  secret,
  uri,
  onConfirmed,
}: {
  secret: string;
  uri: string;
  onConfirmed: (codes: string[]) => Promise<void>;
}) {
  const { t } = useTranslation();
  const confirm = useMutation({
    mutationFn: (code: string) =>
      request<RecoveryCodes>("/auth/totp/confirm", {
        method: "POST",
        json: { code },
      }),
    onSuccess: ({ recovery_codes }) => onConfirmed(recovery_codes),
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate(formText(event.currentTarget, "code"));
      }}
    >
      <Suspense fallback={<div className="size-52" />}>
        <QrCode text={uri} label={t("security.qrCode")} />
      </Suspense>
      <p className="text-sm">
        {t("security.typeSecret")}{" "}
        <a href={uri} className="underline underline-offset-4">
          {t("security.openApp")}
        </a>
      </p>
      <code className="text-sm break-all">{secret}</code>
      <ErrorNotice error={confirm.error} />
      <TextField
        label={t("authentication.code")}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
      />
      <Button
        type="submit"
        variant="primary"
        className="justify-self-start"
        busy={confirm.isPending}
      >
        {t("authentication.confirm")}
      </Button>
    </form>
  );
}
