/** Settings: what the account holds and does, beside what it may. */
import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Quota } from "#server/features/quotas/shapes.ts";
import { request } from "../../api/client.ts";
import { bytes } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Section } from "../authentication/settings-section.tsx";

interface Line {
  name: string;
  used: number;
  limit: number | null;
  show?: (amount: number) => string;
}

export function QuotaSection() {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["account-quota"],
    queryFn: () => request<Quota>("/account/quota"),
  });
  return (
    <Section title={t("quota.title")} lead={t("quota.lead")}>
      <ErrorNotice error={found.error} />
      {found.data && (
        <ul className="grid gap-4">
          {linesOf(found.data, t).map((line) => (
            <QuotaLine key={line.name} line={line} />
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Of the many numbers those that somebody has to do with: what is used, and what is always worth knowing. */
function linesOf(held: Quota, t: TFunction): Line[] {
  return [
    { name: t("quota.storage_bytes"), ...held.storage_bytes, show: bytes },
    { name: t("quota.unfinished_uploads"), ...held.unfinished_uploads },
    { name: t("quota.api_keys"), ...held.api_keys },
    { name: t("quota.passkeys"), ...held.passkeys },
    ...held.queued_jobs
      .filter(({ used }) => used > 0)
      .map(({ job_type, ...line }) => ({ name: t(`quota.jobs.${job_type}`), ...line })),
    ...held.requests_per_minute
      .filter(({ used }) => used > 0)
      .map(({ operation, ...line }) => ({ name: t(`quota.requests.${operation}`), ...line })),
  ];
}

function QuotaLine({ line: { name, used, limit, show = String } }: { line: Line }) {
  const { t } = useTranslation();
  const amounts =
    limit === null ? show(used) : t("quota.of", { used: show(used), limit: show(limit) });
  return (
    <li>
      <p className="mb-1.5 flex flex-wrap justify-between gap-x-4 text-[0.9375rem]">
        <span>{name}</span>
        <span className="text-soft">{amounts}</span>
      </p>
      {limit !== null && (
        <ProgressBar value={limit === 0 ? 1 : used / limit} label={`${name}: ${amounts}`} />
      )}
    </li>
  );
}
