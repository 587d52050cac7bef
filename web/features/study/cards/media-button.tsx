import { ImagePlus } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CardMedia } from "#server/features/study/cards/shapes.ts";
import { request } from "../../../api/client.ts";
import { Button } from "../../../ui/button.tsx";
import { toastError } from "../../../ui/toast.tsx";

/** Uploads a picture or sound and gives the Markdown that names it. */
export function MediaButton({
  onAdded,
  accept = "image/*,audio/*",
  label,
}: {
  onAdded: (mark: string) => void;
  accept?: string;
  label?: string;
}) {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  async function upload(file: File | undefined) {
    if (!file) return;
    setBusy(true);
    try {
      const form = new FormData();
      form.set("file", file);
      const { url, mime_type, filename } = await request<CardMedia>("/cards/media", {
        method: "POST",
        body: form,
      });
      const name = filename.replace(/\.[^.]*$/, "").replaceAll(/[[\]]/g, "");
      onAdded(mime_type.startsWith("image/") ? `![${name}](${url})` : `[${name}](${url})`);
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      <Button size="small" busy={busy} onClick={() => picker.current?.click()}>
        <ImagePlus className="size-4" aria-hidden="true" /> {label ?? t("study.card.addMedia")}
      </Button>
      <input
        ref={picker}
        type="file"
        accept={accept}
        className="sr-only"
        tabIndex={-1}
        aria-label={label ?? t("study.card.addMedia")}
        onChange={(event) => {
          void upload(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </>
  );
}
