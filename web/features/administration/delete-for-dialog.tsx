/** The account of a person who asks for its deletion: nothing of it is shown, and the receipt is the same as theirs. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeletedLater, DeletedNow } from "#server/features/account/deletion/shapes.ts";
import type { Account } from "#server/features/authentication/administration/shapes.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, PasswordField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { saveBlob } from "../../ui/save-file.ts";
import { toast } from "../../ui/toast.tsx";

export function DeleteForDialog({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [password, setPassword] = useState("");
  const [atOnce, setAtOnce] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      request<DeletedNow | DeletedLater>(`/admin/users/${account.id}`, {
        method: "DELETE",
        json: { password, at_once: atOnce },
      }),
    onSuccess: async (answer) => {
      if ("receipt" in answer)
        saveBlob(
          new Blob([JSON.stringify(answer.receipt, null, 2)], { type: "application/json" }),
          "little-monster-deletion-receipt.json",
        );
      toast(
        t(
          "receipt" in answer
            ? "administration.deleteForDone"
            : "administration.deleteForScheduled",
        ),
      );
      close();
      await client.invalidateQueries({ queryKey: ["accounts"] });
    },
  });
  return (
    <Dialog
      open
      onOpenChange={close}
      title={t("administration.deleteForTitle", { email: account.email })}
      description={t("administration.deleteForLead")}
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          remove.mutate();
        }}
      >
        <ErrorNotice error={remove.error} />
        <PasswordField
          label={t("administration.yourPassword")}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <CheckField
          label={t("administration.atOnce")}
          checked={atOnce}
          onChange={(event) => setAtOnce(event.target.checked)}
        />
        <Button type="submit" variant="danger" busy={remove.isPending}>
          {t("administration.deleteFor")}
        </Button>
      </form>
    </Dialog>
  );
}
