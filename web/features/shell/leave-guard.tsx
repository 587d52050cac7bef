import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { session } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { hasUnsaved } from "../../ui/draft.ts";

/** Asks before a text that is not saved leaves the screen. It stays on the device as a draft in any case. */
export function LeaveGuard() {
  const { t } = useTranslation();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      hasUnsaved() && current.pathname !== next.pathname && session().status === "in",
    enableBeforeUnload: hasUnsaved,
    withResolver: true,
  });
  return (
    <Dialog
      open={status === "blocked"}
      onOpenChange={(open) => !open && reset?.()}
      title={t("drafts.leaveTitle")}
      description={t("drafts.leaveText")}
    >
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => proceed?.()}>{t("drafts.leave")}</Button>
        <Button variant="primary" onClick={() => reset?.()}>
          {t("drafts.stay")}
        </Button>
      </div>
    </Dialog>
  );
}
