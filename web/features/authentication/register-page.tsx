import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { LoginAnswer } from "#server/features/authentication/shapes.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { enter, inside } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Entrance, textLink } from "./entrance.tsx";
import { formText } from "./form-text.ts";
import { PasswordRules } from "./password-rules.tsx";

const route = getRouteApi("/entrance/register");

export function RegisterPage() {
  const { t } = useTranslation();
  const { next, invitation } = route.useSearch();
  const navigate = useNavigate();
  const register = useMutation({
    mutationFn: (values: Record<string, string>) =>
      request<LoginAnswer>("/auth/register", {
        method: "POST",
        json: { ...values, cookie: true },
        anonymous: true,
      }),
    onSuccess: (answer) => {
      enter(answer);
      void navigate({ to: inside(next), replace: true });
    },
  });
  return (
    <Entrance
      title={t("authentication.registerTitle")}
      lead={t("authentication.registerLead")}
      below={
        <>
          {t("authentication.haveAccount")}{" "}
          <Link to="/login" search={{ next }} className={textLink}>
            {t("authentication.login")}
          </Link>
        </>
      }
    >
      <RegisterForm
        error={register.error}
        busy={register.isPending}
        onRegister={(values) =>
          register.mutate({ ...values, ...(invitation ? { invitation } : {}) })
        }
      />
    </Entrance>
  );
}

const FIELDS = ["email", "password", "full_name"];

function RegisterForm({
  error,
  busy,
  onRegister,
}: {
  error: unknown;
  busy: boolean;
  onRegister: (values: Record<string, string>) => void;
}) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const problem = error instanceof Problem ? error : undefined;
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const fullName = formText(form, "full_name").trim();
    onRegister({
      email: formText(form, "email").trim(),
      password,
      ...(fullName ? { full_name: fullName } : {}),
    });
  }
  return (
    <form onSubmit={submit} className="grid gap-5">
      {/* A wrong field says so itself; the sentence above is for everything else. */}
      {!problem?.errors.some(({ field }) => FIELDS.includes(field)) && (
        <ErrorNotice error={error} />
      )}
      <TextField
        label={t("authentication.fullName")}
        name="full_name"
        autoComplete="name"
        maxLength={200}
        error={problem?.fieldError("full_name")}
      />
      <TextField
        label={t("authentication.email")}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={problem?.fieldError("email")}
      />
      <div className="grid gap-2.5">
        <PasswordField
          label={t("authentication.password")}
          name="password"
          autoComplete="new-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={problem?.fieldError("password")}
        />
        <PasswordRules password={password} />
      </div>
      <Button type="submit" variant="primary" busy={busy}>
        {t("authentication.createAccount")}
      </Button>
    </form>
  );
}
