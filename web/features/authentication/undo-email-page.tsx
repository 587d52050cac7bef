import { useMutation } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { EmailChangeUndone } from "#server/features/authentication/shapes.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { Entrance } from "./entrance.tsx";

const route = getRouteApi("/undo-email-change");

/**
 * From the mail to the old address. A press, not the visit, takes the change back: programs that look into mails open
 * links.
 */
export function UndoEmailPage() {
  const { t } = useTranslation();
  const { token } = route.useSearch();
  const navigate = useNavigate();
  const undo = useMutation({
    mutationFn: (token: string) =>
      request<EmailChangeUndone>("/auth/email/undo", {
        method: "POST",
        json: { token },
        anonymous: true,
      }),
    onSuccess: ({ reset_token }) =>
      navigate({ to: "/reset-password", search: { token: reset_token } }),
  });
  return (
    <Entrance title={t("authentication.undoTitle")}>
      {token ? (
        <div className="grid gap-5">
          <p>{t("authentication.undoLead")}</p>
          <ErrorNotice error={undo.error} />
          <Button variant="primary" busy={undo.isPending} onClick={() => undo.mutate(token)}>
            {t("authentication.undoChange")}
          </Button>
        </div>
      ) : (
        <Notice tone="warning">{t("authentication.linkIncomplete")}</Notice>
      )}
    </Entrance>
  );
}
