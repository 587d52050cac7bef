/** What works, what is missing, and where it is mended. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Health } from "#server/features/health/shapes.ts";
import { inWordsOfPage } from "../../api/failure-sentence.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { Section } from "../authentication/settings-section.tsx";
import { healthQuery } from "../shell/health.ts";

type PartName = keyof Health["parts"];

/** Where the engines' page has what mends it. */
const MENDED_AT: Partial<Record<PartName, string>> = {
  stt: "recognition",
  tts: "voices",
  llm: "language_model",
  embeddings: "embeddings",
  mail: "mail",
};
/** What waits because of them is in the list of work and mails. */
const IN_LINE = new Set<PartName>(["worker", "mail"]);
const TONES = { ok: "accent", degraded: "warning", down: "error" } as const;
const ORDER: PartName[] = [
  "database",
  "storage",
  "worker",
  "stt",
  "llm",
  "embeddings",
  "tts",
  "mail",
];

export function HealthSection() {
  const { t } = useTranslation();
  const health = useQuery({ ...healthQuery, refetchInterval: 15_000 });
  return (
    <Section title={t("health.title")} lead={t("health.lead")}>
      <ErrorNotice error={health.error} />
      {health.isPending && <Spinner className="mx-auto size-6 text-accent" />}
      <ul className="divide-y divide-line">
        {health.data &&
          ORDER.map((name) => {
            const part = health.data.parts[name];
            const mended = MENDED_AT[name];
            return (
              part && (
                <li key={name} className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3">
                  <div className="min-w-0 flex-1 basis-64">
                    <p className="flex flex-wrap items-center gap-2 text-[0.9375rem] font-medium">
                      {t(`health.parts.${name}`)}
                      <Badge tone={TONES[part.status]}>{t(`health.status.${part.status}`)}</Badge>
                    </p>
                    {part.status !== "ok" && (
                      <p className="mt-1 text-sm text-soft">{t(`health.means.${name}`)}</p>
                    )}
                    {part.detail && (
                      <p className="mt-1 text-sm text-faint">{inWordsOfPage(part.detail)}</p>
                    )}
                  </div>
                  <div className="flex flex-wrap gap-2">
                    {IN_LINE.has(name) && part.status !== "ok" && (
                      <Link
                        to="/administration"
                        search={{ tab: "queue" }}
                        className={buttonClass("quiet", "small")}
                      >
                        {t("administration.tabs.queue")}
                      </Link>
                    )}
                    {mended ? (
                      <Link
                        to="/administration"
                        search={{ tab: "engines" }}
                        hash={mended}
                        className={buttonClass(part.status === "ok" ? "plain" : "quiet", "small")}
                      >
                        {t(part.status === "ok" ? "health.change" : "health.mend")}
                      </Link>
                    ) : (
                      // It is mended where the server runs.
                      part.status !== "ok" && (
                        <Button
                          size="small"
                          busy={health.isFetching}
                          onClick={() => void health.refetch()}
                        >
                          {t("health.again")}
                        </Button>
                      )
                    )}
                  </div>
                </li>
              )
            );
          })}
      </ul>
    </Section>
  );
}
