import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { ensureSession } from "../../api/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { PasswordField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { Entrance, textLink } from "./entrance.tsx";
import { formText } from "./form-text.ts";

const route = getRouteApi("/verify-email");
/** The link works once: React's strict mode runs effects twice. */
const started = new Set<string>();

/**
 * Who is not logged in to the account is asked for its password: the click alone proves that the mail was read, not
 * whose account it is.
 */
export function VerifyPage() {
  const { t } = useTranslation();
  const { token } = route.useSearch();
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: async (json: { token: string; password?: string }) => {
      await ensureSession();
      return request("/auth/email/verify", { method: "POST", json });
    },
  });
  useEffect(() => {
    if (!token || started.has(token)) return;
    started.add(token);
    mutate({ token });
  }, [token, mutate]);
  const asked = error instanceof Problem ? error.fieldError("password") : undefined;
  return (
    <Entrance title={t("authentication.verifyTitle")}>
      <div className="grid gap-5">
        {!token && <Notice tone="warning">{t("authentication.linkIncomplete")}</Notice>}
        {isPending && (
          <p className="flex items-center justify-center gap-3 text-soft">
            <Spinner /> {t("common.oneMoment")}
          </p>
        )}
        {isSuccess && <Notice>{t("authentication.verified")}</Notice>}
        {!asked && <ErrorNotice error={error} />}
        {token && asked ? (
          <form
            className="grid gap-5"
            onSubmit={(event) => {
              event.preventDefault();
              mutate({ token, password: formText(event.currentTarget, "password") });
            }}
          >
            <p>{t("authentication.verifyLead")}</p>
            <PasswordField
              label={t("authentication.password")}
              name="password"
              autoComplete="current-password"
              required
              autoFocus
              error={asked === "is missing" ? undefined : asked}
            />
            <Button type="submit" variant="primary">
              {t("authentication.verifyTitle")}
            </Button>
            <Link to="/forgot-password" className={textLink}>
              {t("authentication.notMine")}
            </Link>
          </form>
        ) : (
          <Link to="/" className={buttonClass("primary")}>
            {t("errors.home")}
          </Link>
        )}
      </div>
    </Entrance>
  );
}
