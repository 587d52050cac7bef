import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import type { LibraryItem } from "./library-items.ts";

export function DeleteDialog({
  entry,
  onClose,
  onDeleted,
}: {
  entry: LibraryItem;
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      request(
        `/${entry.kind === "recording" ? "recordings" : "study-materials"}/${entry.item.id}`,
        { method: "DELETE" },
      ),
    onSuccess: async () => {
      onDeleted?.();
      onClose();
      toast(t("library.deleted", { title: entry.item.title }));
      await client.invalidateQueries({
        queryKey: [entry.kind === "recording" ? "recordings" : "study-materials"],
      });
    },
    onError: toastError,
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t("library.deleteTitle")}
      description={t(
        entry.kind === "recording" ? "library.deleteRecording" : "library.deleteMaterial",
        { title: entry.item.title },
      )}
      confirm={t("common.delete")}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
    />
  );
}
