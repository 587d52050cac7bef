import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { buttonClass } from "../../ui/button.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { Entrance } from "./entrance.tsx";

const route = getRouteApi("/verify-email");
/** The link works once: React's strict mode runs effects twice. */
const started = new Set<string>();

export function VerifyPage() {
  const { t } = useTranslation();
  const { token } = route.useSearch();
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: (token: string) =>
      request("/auth/email/verify", { method: "POST", json: { token }, anonymous: true }),
  });
  useEffect(() => {
    if (!token || started.has(token)) return;
    started.add(token);
    mutate(token);
  }, [token, mutate]);
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
        <ErrorNotice error={error} />
        <Link to="/" className={buttonClass("primary")}>
          {t("errors.home")}
        </Link>
      </div>
    </Entrance>
  );
}
