import { Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../ui/button.tsx";
import { bytes } from "../../../ui/format.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { useFound } from "./use-engines.ts";

/** Nothing is asked before somebody presses. */
export function FindServers({
  part,
  take,
}: {
  part: "language_model" | "embeddings";
  take: (url: string, model: string) => void;
}) {
  const { t } = useTranslation();
  const found = useFound();
  const servers = (found.data?.items ?? []).map((server) => ({
    ...server,
    models: server.models.filter((model) => model.part === part),
  }));
  return (
    <div className="grid gap-3">
      <Button className="justify-self-start" busy={found.isPending} onClick={() => found.mutate()}>
        <Search className="size-4" aria-hidden="true" /> {t("engines.find")}
      </Button>
      <ErrorNotice error={found.error} />
      {found.isSuccess && servers.length === 0 && (
        <p role="status" className="text-sm text-soft">
          {t("engines.foundNothing")}
        </p>
      )}
      {servers.map((server) => (
        <div key={server.url} role="status" className="rounded-2xl border border-line bg-surface">
          <p className="px-4 pt-3 text-sm font-medium">
            {server.name} · <span className="text-soft">{server.url}</span>
          </p>
          {server.models.length === 0 && (
            <p className="px-4 py-3 text-sm text-soft">{t("engines.foundNoModel")}</p>
          )}
          <ul className="divide-y divide-line">
            {server.models.map((model) => (
              <li key={model.name} className="flex items-center justify-between gap-4 px-4 py-2.5">
                <span className="min-w-0 truncate text-[0.9375rem]">
                  {model.name}
                  {model.bytes !== null && (
                    <span className="text-sm text-soft"> · {bytes(model.bytes)}</span>
                  )}
                </span>
                <Button size="small" onClick={() => take(server.url, model.name)}>
                  {t("engines.take")}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
