/** A log-out takes everything of the account off this device: what is not sent yet is said before. */
import { useNavigate } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { leave } from "../../api/session.ts";
import { countUnsent, type UnsentCounts } from "../../offline/unsent.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { toastError } from "../../ui/toast.tsx";

export function LogOutButton() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [unsent, setUnsent] = useState<UnsentCounts>();
  async function out() {
    setBusy(true);
    await leave().catch(toastError);
    await navigate({ to: "/login" });
  }
  async function ask() {
    setBusy(true);
    const counts = await countUnsent();
    if (Object.values(counts).every((count) => count === 0)) return out();
    setBusy(false);
    setUnsent(counts);
  }
  return (
    <>
      <Button busy={busy} onClick={() => void ask()}>
        <LogOut className="size-4" aria-hidden="true" /> {t("settings.logOut")}
      </Button>
      {unsent && (
        <ConfirmDialog
          open
          onOpenChange={() => setUnsent(undefined)}
          title={t("offline.unsentTitle")}
          description={
            <>
              {t("offline.unsentText")}{" "}
              {(["reviews", "notes", "recordings"] as const)
                .filter((what) => unsent[what] > 0)
                .map((what) => t(`offline.unsent.${what}`, { count: unsent[what] }))
                .join(", ")}
              .
            </>
          }
          confirm={t("offline.logOutAnyway")}
          busy={busy}
          onConfirm={() => void out()}
        />
      )}
    </>
  );
}
