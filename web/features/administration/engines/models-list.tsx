/** Models that can run on the server's own machine: fetched with progress, and again from where a fetch broke off. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../../api/client.ts";
import { failureSentence } from "../../../api/failure-sentence.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button, IconButton } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { roughly } from "../../../ui/format.ts";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { toastError } from "../../../ui/toast.tsx";
import { languageNames } from "./language-names.ts";
import type { OfferedModel } from "./use-engines.ts";

export function ModelsList({ models }: { models: OfferedModel[] }) {
  const { t } = useTranslation();
  const [mirror, setMirror] = useState("");
  return (
    <div className="grid gap-3">
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
        {models.map((model) => (
          <ModelRow key={model.id} model={model} mirror={mirror} />
        ))}
      </ul>
      <details className="text-sm">
        <summary className="text-soft">{t("engines.mirrorTitle")}</summary>
        <TextField
          className="mt-3"
          label={t("engines.mirror")}
          hint={t("engines.mirrorHint")}
          placeholder="https://mirror.example.org"
          value={mirror}
          onChange={(event) => setMirror(event.target.value)}
        />
      </details>
    </div>
  );
}

function ModelRow({ model, mirror }: { model: OfferedModel; mirror: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const changed = () => client.invalidateQueries({ queryKey: ["installation"] });
  const fetching = useMutation({
    mutationFn: () =>
      request(`/engines/models/${encodeURIComponent(model.id)}`, {
        method: "POST",
        json: mirror.trim() ? { mirror: mirror.trim() } : {},
      }),
    onSuccess: changed,
    onError: toastError,
  });
  const remove = useMutation({
    mutationFn: () =>
      request(`/engines/models/${encodeURIComponent(model.id)}`, { method: "DELETE" }),
    onSuccess: () => {
      setRemoving(false);
      return changed();
    },
    onError: toastError,
  });
  const running = isRunning(model);
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <ModelFacts model={model} />
        {model.is_here
          ? model.is_removable && (
              <IconButton label={t("engines.remove")} onClick={() => setRemoving(true)}>
                <Trash2 className="size-4.5" aria-hidden="true" />
              </IconButton>
            )
          : !running && (
              <Button size="small" busy={fetching.isPending} onClick={() => fetching.mutate()}>
                <Download className="size-4" aria-hidden="true" />
                {t(model.fetch?.status === "failed" ? "engines.fetchOn" : "engines.fetch")}
              </Button>
            )}
      </div>
      <FetchState model={model} changed={changed} />
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title={t("engines.removeTitle", { name: model.label })}
        description={t("engines.removeLead")}
        confirm={t("engines.remove")}
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </li>
  );
}

const isRunning = ({ fetch }: OfferedModel) =>
  fetch !== null && ["pending", "processing"].includes(fetch.status);

/** How large it is, under which licence, for which languages, what it needs and where it comes from. */
function ModelFacts({ model }: { model: OfferedModel }) {
  const { t } = useTranslation();
  return (
    <div className="min-w-0 flex-1 basis-64">
      <p className="flex flex-wrap items-center gap-2 text-[0.9375rem] font-medium">
        {model.label} {model.is_here && <Badge tone="accent">{t("engines.isHere")}</Badge>}
      </p>
      <p className="mt-0.5 text-sm text-soft">
        {[
          t("engines.megabytes", { count: Math.round(model.megabytes) }),
          model.licence,
          languageNames(model.languages) ?? t("engines.manyLanguages"),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <p className="mt-0.5 text-sm text-faint">
        {t("engines.memory", { count: Math.ceil((model.megabytes * 2) / 100) * 100 })}
        {model.source && (
          <>
            {" · "}
            <a href={model.source} target="_blank" rel="noreferrer" className="underline">
              {t("engines.source")}
            </a>
          </>
        )}
      </p>
    </div>
  );
}

function FetchState({ model, changed }: { model: OfferedModel; changed: () => Promise<void> }) {
  const { t } = useTranslation();
  const stop = useMutation({
    mutationFn: (id: string) => request(`/jobs/${id}/cancel`, { method: "POST" }),
    onSuccess: changed,
    onError: toastError,
  });
  const running = isRunning(model);
  const left = useSecondsLeft(running ? model.fetch : null);
  return (
    <>
      {running && model.fetch && (
        <div className="flex items-center gap-3">
          <ProgressBar value={model.fetch.progress || undefined} label={model.label} />
          <span className="shrink-0 text-sm text-soft tabular-nums">
            {Math.floor(model.fetch.progress * 100)} %
            {left !== undefined && ` · ${t("engines.fetchLeft", { left: roughly(left) })}`}
          </span>
          <Button size="small" variant="plain" onClick={() => stop.mutate(model.fetch!.job_id)}>
            {t("common.cancel")}
          </Button>
        </div>
      )}
      {model.fetch?.status === "failed" && !model.is_here && (
        <p className="text-sm text-danger">
          {failureSentence(model.fetch.error_code ?? "", model.fetch.error_message ?? undefined)}
        </p>
      )}
    </>
  );
}

/** By what came since the page first looked: a mirror that drips shall be seen as such. */
function useSecondsLeft(fetch: OfferedModel["fetch"]) {
  const [first, setFirst] = useState({ job: "", progress: 0, at: 0 });
  const [now, setNow] = useState(0);
  const { job_id: job = "", progress = 0 } = fetch ?? {};
  useEffect(() => {
    const at = performance.now();
    setNow(at);
    setFirst((before) => (before.job === job ? before : { job, progress, at }));
  }, [job, progress]);
  const came = progress - first.progress;
  const seconds = (now - first.at) / 1000;
  return first.job === job && came > 0 && seconds > 5
    ? ((1 - progress) / came) * seconds
    : undefined;
}
