/** A file whose upload stopped: the server has a part of it, and goes on when the same file is chosen again. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Upload as ServerUpload } from "#server/features/content/uploads/shapes.ts";
import { request } from "../../../api/client.ts";
import { SaidError } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { bytes, moment } from "../../../ui/format.ts";
import { Notice } from "../../../ui/notice.tsx";
import { toastError } from "../../../ui/toast.tsx";
import { addUploads } from "../uploads.ts";

export function StoppedUpload({ upload }: { upload: ServerUpload }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const { filename } = upload.metadata;
  const name = typeof filename === "string" ? filename : t("uploads.nameless");
  const size = upload.length_bytes ?? 0;

  function goOn(file: File | undefined) {
    if (!file) return;
    if (file.size !== size)
      toastError(new SaidError(t("uploads.otherFile", { name, size: bytes(size) })));
    else addUploads([file], { goesOn: `/uploads/${upload.id}` });
  }

  async function remove() {
    setBusy(true);
    try {
      await request(`/uploads/${upload.id}`, {
        method: "DELETE",
        headers: { "Tus-Resumable": "1.0.0" },
      });
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
    await client.invalidateQueries({ queryKey: ["unfinished-uploads"] });
  }

  return (
    <Notice
      tone="warning"
      action={
        <div className="flex flex-wrap gap-2">
          <Button size="small" busy={busy} onClick={() => void remove()}>
            {t("recorder.discard")}
          </Button>
          <Button size="small" variant="primary" onClick={() => picker.current?.click()}>
            {t("uploads.chooseAgain")}
          </Button>
        </div>
      }
    >
      <span dir="auto" className="break-words">
        {t("uploads.stopped", {
          name,
          here: bytes(upload.offset_bytes),
          size: bytes(size),
          until: moment(upload.expires_at),
        })}
      </span>
      <input
        ref={picker}
        type="file"
        className="sr-only"
        tabIndex={-1}
        aria-label={`${t("uploads.chooseAgain")}: ${name}`}
        onChange={(event) => {
          goOn(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </Notice>
  );
}
