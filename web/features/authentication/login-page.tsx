import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { OfferedLogins } from "#server/features/authentication/oauth/shapes.ts";
import type { LoginAnswer, SecondFactorWanted } from "#server/features/authentication/shapes.ts";
import { addressOf, request } from "../../api/client.ts";
import { enter, inside } from "../../api/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { Entrance, textLink } from "./entrance.tsx";
import { formText } from "./form-text.ts";

const route = getRouteApi("/entrance/login");

export function LoginPage() {
  const { t } = useTranslation();
  const { next, error } = route.useSearch();
  const navigate = useNavigate();
  const [challenge, setChallenge] = useState(challengeInAddress);
  const arrive = (answer: LoginAnswer) => {
    enter(answer);
    void navigate({ to: inside(next), replace: true });
  };
  return (
    <Entrance
      title={challenge ? t("authentication.secondFactorTitle") : t("authentication.loginTitle")}
      below={
        <>
          {t("authentication.noAccount")}{" "}
          <Link to="/register" search={{ next, invitation: undefined }} className={textLink}>
            {t("authentication.register")}
          </Link>
        </>
      }
    >
      {challenge ? (
        <SecondFactorForm challenge={challenge} onDone={arrive} />
      ) : (
        <>
          {error && (
            <div className="mb-5">
              <Notice tone="warning">{t(`authentication.elsewhere.${sentenceOf(error)}`)}</Notice>
            </div>
          )}
          <PasswordForm onDone={arrive} onChallenge={setChallenge} />
        </>
      )}
    </Entrance>
  );
}

/**
 * A login at another place that still needs its code comes back with it behind the #; it is taken out of the address at
 * once.
 */
function challengeInAddress() {
  const challenge = new URLSearchParams(window.location.hash.slice(1)).get("challenge");
  if (challenge)
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
  return challenge ?? undefined;
}

const SENTENCES = [
  "email-taken",
  "account-disabled",
  "registration-closed",
  "invitation-needed",
  "cancelled",
] as const;

/** Only sentences of our own: whatever else stands in the address is not shown. */
function sentenceOf(error: string) {
  return SENTENCES.find((known) => known === error) ?? "other";
}

function PasswordForm({
  onDone,
  onChallenge,
}: {
  onDone: (answer: LoginAnswer) => void;
  onChallenge: (token: string) => void;
}) {
  const { t } = useTranslation();
  const login = useMutation({
    mutationFn: (values: { email: string; password: string }) =>
      request<LoginAnswer | SecondFactorWanted>("/auth/login", {
        method: "POST",
        json: { ...values, cookie: true },
        anonymous: true,
      }),
    onSuccess: (answer) =>
      "access_token" in answer ? onDone(answer) : onChallenge(answer.challenge_token),
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    login.mutate({
      email: formText(form, "email").trim(),
      password: formText(form, "password"),
    });
  }
  return (
    <div className="grid gap-5">
      <form onSubmit={submit} className="grid gap-5">
        <ErrorNotice error={login.error} />
        <TextField
          label={t("authentication.email")}
          name="email"
          type="email"
          autoComplete="username webauthn"
          required
          autoFocus
        />
        <PasswordField
          label={t("authentication.password")}
          name="password"
          autoComplete="current-password"
          required
        />
        <Button type="submit" variant="primary" busy={login.isPending}>
          {t("authentication.login")}
        </Button>
        <Link
          to="/forgot-password"
          className="text-center text-sm text-soft underline-offset-4 hover:text-ink hover:underline"
        >
          {t("authentication.forgot")}
        </Link>
      </form>
      <OtherWays onDone={onDone} />
    </div>
  );
}

function OtherWays({ onDone }: { onDone: (answer: LoginAnswer) => void }) {
  const { t } = useTranslation();
  const providers = useQuery({
    queryKey: ["oauth-providers"],
    queryFn: () => request<OfferedLogins>("/auth/oauth", { anonymous: true }),
    retry: false,
  });
  const passkey = useMutation({
    mutationFn: async () => (await import("./passkeys.ts")).loginWithPasskey(),
    onSuccess: onDone,
  });
  const items = providers.data?.items ?? [];
  return (
    <div className="grid gap-3 border-t border-line pt-5">
      <ErrorNotice error={passkey.error} />
      {"PublicKeyCredential" in window && (
        <Button onClick={() => passkey.mutate()} busy={passkey.isPending}>
          <KeyRound className="size-4" aria-hidden="true" /> {t("authentication.passkey")}
        </Button>
      )}
      {items.map(({ name, label }) => (
        <a
          key={name}
          href={addressOf(`/auth/oauth/${name}/start`)}
          className={buttonClass("quiet")}
        >
          {t("authentication.continueWith", { provider: label ?? name })}
        </a>
      ))}
    </div>
  );
}

function SecondFactorForm({
  challenge,
  onDone,
}: {
  challenge: string;
  onDone: (answer: LoginAnswer) => void;
}) {
  const { t } = useTranslation();
  const confirm = useMutation({
    mutationFn: (code: string) =>
      request<LoginAnswer>("/auth/login/second-factor", {
        method: "POST",
        json: { challenge_token: challenge, code, cookie: true },
        anonymous: true,
      }),
    onSuccess: onDone,
  });
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate(formText(event.currentTarget, "code").replaceAll(" ", ""));
      }}
    >
      <ErrorNotice error={confirm.error} />
      <TextField
        label={t("authentication.code")}
        hint={t("authentication.codeHint")}
        name="code"
        autoComplete="one-time-code"
        inputMode="text"
        required
        autoFocus
      />
      <Button type="submit" variant="primary" busy={confirm.isPending}>
        {t("authentication.confirm")}
      </Button>
    </form>
  );
}
