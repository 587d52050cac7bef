import { useMutation } from "@tanstack/react-query";
import { FileDown } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { TranscriptionSummary } from "#server/features/transcription/shapes.ts";
import { send } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { toastError } from "../../ui/toast.tsx";

const FORMATS = ["txt", "md", "docx", "srt", "vtt", "json"] as const;

export function ExportDialog({
  transcription,
  title,
  onClose,
}: {
  transcription: Pick<TranscriptionSummary, "id" | "completed_at">;
  title: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const download = useMutation({
    mutationFn: async (format: (typeof FORMATS)[number]) =>
      saveFile(
        await send(`/transcriptions/${transcription.id}/export`, { query: { format } }),
        `${title}${transcription.completed_at ? "" : ` (${t("transcription.unfinished")})`}.${format}`,
      ),
    onSuccess: onClose,
    onError: toastError,
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("transcription.export")}
      description={t(
        transcription.completed_at ? "transcription.exportText" : "transcription.exportUnfinished",
      )}
    >
      <ul className="grid gap-2">
        {FORMATS.map((format) => (
          <li key={format}>
            <Button
              className="h-auto w-full justify-start py-2.5 text-left whitespace-normal"
              busy={download.isPending && download.variables === format}
              disabled={download.isPending}
              onClick={() => download.mutate(format)}
            >
              <FileDown className="size-4 shrink-0 text-soft" aria-hidden="true" />
              <span className="w-14 font-semibold uppercase">{format}</span>
              <span className="font-normal text-soft">{t(`transcription.formats.${format}`)}</span>
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
