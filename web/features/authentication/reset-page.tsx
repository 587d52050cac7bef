import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { PasswordField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { Entrance, textLink } from "./entrance.tsx";
import { PasswordRules } from "./password-rules.tsx";

const route = getRouteApi("/reset-password");

export function ResetPage() {
  const { t } = useTranslation();
  const { token } = route.useSearch();
  const [password, setPassword] = useState("");
  const reset = useMutation({
    mutationFn: () =>
      request("/auth/password/reset", {
        method: "POST",
        json: { token, password },
        anonymous: true,
      }),
  });
  const fieldError =
    reset.error instanceof Problem ? reset.error.fieldError("password") : undefined;
  return (
    <Entrance
      title={t("authentication.resetTitle")}
      below={
        <Link to="/login" search={{ next: undefined }} className={textLink}>
          {t("authentication.backToLogin")}
        </Link>
      }
    >
      {reset.isSuccess ? (
        <div className="grid gap-5">
          <Notice>{t("authentication.resetDone")}</Notice>
          <Link to="/login" search={{ next: undefined }} className={buttonClass("primary")}>
            {t("authentication.login")}
          </Link>
        </div>
      ) : !token ? (
        <Notice tone="warning">{t("authentication.linkIncomplete")}</Notice>
      ) : (
        <form
          className="grid gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            reset.mutate();
          }}
        >
          {!fieldError && <ErrorNotice error={reset.error} />}
          <div className="grid gap-2.5">
            <PasswordField
              label={t("authentication.newPassword")}
              autoComplete="new-password"
              required
              autoFocus
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              error={fieldError}
            />
            <PasswordRules password={password} />
          </div>
          <Button type="submit" variant="primary" busy={reset.isPending}>
            {t("authentication.savePassword")}
          </Button>
        </form>
      )}
    </Entrance>
  );
}
