/** How the account is entered: password, sessions, second factor, passkeys, other logins, keys for scripts. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Session } from "#server/features/authentication/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, PasswordField } from "../../ui/field.tsx";
import { moment } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import { ApiKeysSection } from "./api-keys-section.tsx";
import { useDeviceName } from "./device-name.ts";
import { OtherLoginsSection } from "./other-logins-section.tsx";
import { PasskeysSection } from "./passkeys-section.tsx";
import { PasswordRules } from "./password-rules.tsx";
import { SecondFactorSection } from "./second-factor-section.tsx";
import { Row, rows, Section } from "./settings-section.tsx";
import { ActivitySection, WaysInSection } from "./ways-in-section.tsx";

export function SecuritySettings() {
  return (
    <>
      <PasswordSection />
      <SecondFactorSection />
      <PasskeysSection />
      <OtherLoginsSection />
      <SessionsSection />
      <ApiKeysSection />
      <WaysInSection />
      <ActivitySection />
    </>
  );
}

/** What may outlive a change of the password. */
const KEEPABLE = {
  passkeys: "security.passkeys",
  linked_accounts: "security.otherLogins",
  api_keys: "security.keys",
} as const;

function PasswordSection() {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [current, setCurrent] = useState("");
  const [keep, setKeep] = useState<string[]>([]);
  const change = useMutation({
    mutationFn: () =>
      request("/auth/password/change", {
        method: "POST",
        json: { ...(current ? { current_password: current } : {}), new_password: password, keep },
      }),
    onSuccess: () => {
      setPassword("");
      setCurrent("");
      toast(t("security.passwordChanged"));
    },
  });
  const problem = change.error instanceof Problem ? change.error : undefined;
  return (
    <Section title={t("security.password")} lead={t("security.passwordLead")}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        {!problem?.errors.length && <ErrorNotice error={change.error} />}
        <PasswordField
          label={t("security.currentPassword")}
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
          error={problem?.fieldError("current_password")}
        />
        <div className="grid gap-2.5">
          <PasswordField
            label={t("authentication.newPassword")}
            autoComplete="new-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            error={problem?.fieldError("new_password")}
          />
          <PasswordRules password={password} />
        </div>
        <fieldset className="grid gap-2">
          <legend className="mb-1 text-sm text-soft">{t("security.keep")}</legend>
          {Object.entries(KEEPABLE).map(([kind, name]) => (
            <CheckField
              key={kind}
              label={t(name)}
              checked={keep.includes(kind)}
              onChange={(event) =>
                setKeep((before) => [
                  ...before.filter((one) => one !== kind),
                  ...(event.target.checked ? [kind] : []),
                ])
              }
            />
          ))}
        </fieldset>
        <Button type="submit" className="justify-self-start" busy={change.isPending}>
          {t("security.changePassword")}
        </Button>
      </form>
    </Section>
  );
}

function SessionsSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const nameDevice = useDeviceName();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: () => request<Page<Session>>("/auth/sessions"),
  });
  const end = useMutation({
    mutationFn: (id: string | undefined) =>
      request(`/auth/sessions${id ? `/${id}` : ""}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sessions"] }),
    onError: toastError,
  });
  const items = sessions.data?.items ?? [];
  return (
    <Section title={t("security.sessions")} lead={t("security.sessionsLead")}>
      <ErrorNotice error={sessions.error} />
      <ul className={rows}>
        {items.map((item) => (
          <Row
            key={item.id}
            title={nameDevice(item.device)}
            detail={[item.address, moment(item.last_used_at)].filter(Boolean).join(" · ")}
            action={
              item.current ? (
                <span className="shrink-0 text-sm text-accent-ink">{t("security.thisOne")}</span>
              ) : (
                <Button size="small" onClick={() => end.mutate(item.id)}>
                  {t("security.end")}
                </Button>
              )
            }
          />
        ))}
      </ul>
      {items.length > 1 && (
        <Button className="justify-self-start" onClick={() => end.mutate(undefined)}>
          {t("security.endOthers")}
        </Button>
      )}
    </Section>
  );
}
