/** Files can be dropped or pasted anywhere in the app; a card at the edge shows how far they are. */
import { Link } from "@tanstack/react-router";
import { Check, FileUp, RotateCw, TriangleAlert, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/button.tsx";
import { bytes, roughly } from "../../ui/format.ts";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import {
  addUploads,
  cancelUpload,
  clearFinished,
  retryUpload,
  useUploads,
  type Upload,
} from "./uploads.ts";

const SHOWN_DONE_MS = 8000;

export function DropZone() {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (carriesFiles(event) && --depth <= 0) setOver(false);
    };
    const allow = (event: DragEvent) => carriesFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      addUploads(event.dataTransfer?.files ?? []);
    };
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) addUploads(files);
    };
    addEventListener("dragenter", enter);
    addEventListener("dragleave", leave);
    addEventListener("dragover", allow);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragenter", enter);
      removeEventListener("dragleave", leave);
      removeEventListener("dragover", allow);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  }, []);
  return (
    <>
      {over && (
        <div
          className={
            "pointer-events-none fixed inset-3 z-50 flex flex-col items-center justify-center " +
            "gap-4 rounded-3xl border-2 border-dashed border-accent bg-accent-soft/95 " +
            "text-accent-ink"
          }
        >
          <FileUp className="size-12" aria-hidden="true" />
          <p className="text-xl font-semibold">{t("uploads.drop")}</p>
        </div>
      )}
      <UploadCard />
    </>
  );
}

function UploadCard() {
  const { t } = useTranslation();
  const uploads = useUploads();
  const busy = uploads.some(
    ({ status }) => status === "waiting" || status === "sending" || status === "finishing",
  );
  useEffect(() => {
    if (!busy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [busy]);
  const allDone = uploads.every(({ status }) => status === "done");
  const [looking, setLooking] = useState(false);
  useEffect(() => {
    // The card lies over the page; what is done is in the library. Who reads it keeps it.
    if (!allDone || looking) return;
    const timer = setTimeout(clearFinished, SHOWN_DONE_MS);
    return () => clearTimeout(timer);
  }, [allDone, looking]);
  if (uploads.length === 0) return null;
  return (
    <section
      aria-label={t("uploads.title")}
      onPointerEnter={() => setLooking(true)}
      onPointerLeave={() => setLooking(false)}
      onFocus={() => setLooking(true)}
      onBlur={() => setLooking(false)}
      className={
        "fixed inset-x-3 bottom-20 z-30 max-h-[50vh] animate-appear overflow-y-auto " +
        "rounded-2xl border border-line bg-surface shadow-float sm:right-6 sm:left-auto " +
        "sm:w-96 md:bottom-6"
      }
    >
      <header className="flex items-center justify-between py-2 pr-2 pl-4">
        <h2 className="text-sm font-semibold">
          {busy ? t("uploads.title") : t("uploads.finished")}
        </h2>
        {!busy && (
          <IconButton label={t("common.close")} size="small" onClick={clearFinished}>
            <X className="size-4" aria-hidden="true" />
          </IconButton>
        )}
      </header>
      <ul className="grid gap-3 px-4 pb-4">
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const { t } = useTranslation();
  const { id, name, kind, status, resultId } = upload;
  return (
    <li className="grid gap-1.5 text-sm">
      <div className="flex items-center gap-2">
        {status === "done" ? (
          <Check className="size-4 shrink-0 text-accent" aria-hidden="true" />
        ) : status === "failed" ? (
          <TriangleAlert className="size-4 shrink-0 text-danger" aria-hidden="true" />
        ) : (
          <Spinner className="size-4 text-accent" />
        )}
        <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
        {status === "done" && resultId && (
          <Link
            to={kind === "recording" ? "/recordings/$id" : "/materials/$id"}
            params={{ id: resultId }}
            search={{}}
            className="shrink-0 rounded-md px-2 py-1 font-medium text-accent-ink hover:bg-accent-soft"
          >
            {t("uploads.open")}
          </Link>
        )}
        {status === "failed" && (
          <IconButton label={t("common.tryAgain")} size="small" onClick={() => retryUpload(id)}>
            <RotateCw className="size-4" aria-hidden="true" />
          </IconButton>
        )}
        {status !== "done" && (
          <IconButton label={t("common.cancel")} size="small" onClick={() => cancelUpload(id)}>
            <X className="size-4" aria-hidden="true" />
          </IconButton>
        )}
      </div>
      {status === "failed" ? (
        <p role="alert" className="text-danger">
          {upload.error}
        </p>
      ) : (
        status !== "done" && (
          <>
            <ProgressBar
              label={name}
              value={
                status === "sending" ? upload.sentBytes / Math.max(1, upload.totalBytes) : undefined
              }
            />
            <p className="text-xs text-soft tabular-nums">{sentence(upload)}</p>
          </>
        )
      )}
    </li>
  );

  function sentence({ sentBytes, totalBytes, bytesPerSecond }: Upload) {
    if (status === "waiting") return t("uploads.waiting", { size: bytes(totalBytes) });
    if (status === "finishing") return t("uploads.finishing");
    const left = bytesPerSecond > 0 ? (totalBytes - sentBytes) / bytesPerSecond : undefined;
    const values = {
      sent: bytes(sentBytes),
      total: bytes(totalBytes),
      speed: bytes(bytesPerSecond),
    };
    return left !== undefined && left > 2
      ? t("uploads.sendingLeft", { ...values, left: roughly(left) })
      : t("uploads.sending", values);
  }
}
