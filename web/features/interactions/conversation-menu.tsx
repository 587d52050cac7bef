import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Ellipsis, FileDown, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "#server/features/interactions/shapes.ts";
import { TITLE_LENGTH } from "#server/vocabulary.ts";
import { request, send } from "../../api/client.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Menu } from "../../ui/menu.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { toastError } from "../../ui/toast.tsx";

export function ConversationMenu({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { id: shownId } = useParams({ strict: false });
  const [dialog, setDialog] = useState<"rename" | "delete">();
  const remove = useMutation({
    mutationFn: () => request(`/conversations/${conversation.id}`, { method: "DELETE" }),
    onSuccess: async () => {
      setDialog(undefined);
      if (shownId === conversation.id) await navigate({ to: "/tutor", search: {} });
      await client.invalidateQueries({ queryKey: ["conversations"] });
    },
    onError: toastError,
  });
  return (
    <>
      <Menu
        trigger={
          <IconButton
            label={t("tutor.actionsFor", { title: conversation.title })}
            size="small"
            className="mr-1"
          >
            <Ellipsis className="size-4" aria-hidden="true" />
          </IconButton>
        }
        actions={[
          { label: t("common.rename"), icon: Pencil, run: () => setDialog("rename") },
          {
            label: t("tutor.export"),
            icon: FileDown,
            run: () =>
              void send(`/conversations/${conversation.id}/export`)
                .then((response) => saveFile(response, `${conversation.title}.md`))
                .catch(toastError),
          },
          "line",
          { label: t("common.delete"), icon: Trash2, danger: true, run: () => setDialog("delete") },
        ]}
      />
      {dialog === "rename" && (
        <RenameDialog conversation={conversation} onClose={() => setDialog(undefined)} />
      )}
      <ConfirmDialog
        open={dialog === "delete"}
        onOpenChange={() => setDialog(undefined)}
        title={t("tutor.deleteTitle")}
        description={t("tutor.deleteText", { title: conversation.title })}
        confirm={t("common.delete")}
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}

function RenameDialog({
  conversation,
  onClose,
}: {
  conversation: Conversation;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const rename = useMutation({
    mutationFn: (title: string) =>
      request(`/conversations/${conversation.id}`, { method: "PATCH", json: { title } }),
    onSuccess: async () => {
      onClose();
      await Promise.all([
        client.invalidateQueries({ queryKey: ["conversations"] }),
        client.invalidateQueries({ queryKey: ["conversation", conversation.id] }),
      ]);
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={t("tutor.renameTitle")}>
      <form
        className="mt-3 grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate(String(new FormData(event.currentTarget).get("title")).trim());
        }}
      >
        <ErrorNotice error={rename.error} />
        <TextField
          label={t("common.title")}
          name="title"
          defaultValue={conversation.title}
          required
          maxLength={TITLE_LENGTH}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={rename.isPending}>
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
