/** The figures of all students together, for administrators. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { StartedMeasurements } from "#server/features/search/measurements/shapes.ts";
import { request } from "../../../api/client.ts";
import { Button } from "../../../ui/button.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { toast, toastError } from "../../../ui/toast.tsx";
import { Section } from "../../authentication/settings-section.tsx";
import { FiguresTable } from "./figures-table.tsx";
import { installationQuery } from "./queries.ts";

export function InstallationSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const all = useQuery(installationQuery);
  const start = useMutation({
    mutationFn: () =>
      request<StartedMeasurements>("/admin/search-measurements", { method: "POST" }),
    onSuccess: ({ started }) => {
      toast(t("quality.startedAll", { count: started }));
      void client.invalidateQueries({ queryKey: ["search-measurements"] });
    },
    onError: toastError,
  });
  const engines = all.data?.engines ?? [];
  return (
    <Section title={t("quality.ofAll")} lead={t("quality.ofAllLead")}>
      <ErrorNotice error={all.error} />
      {engines.length === 0 && all.data && <p className="text-soft">{t("quality.noneYet")}</p>}
      {engines.length > 0 && (
        <FiguresTable
          figures={engines}
          remark={(_figures, at) => (
            <span className="text-sm text-soft">
              {t("quality.students", { count: engines[at]!.students })},{" "}
              {t("quality.ofQuestions", { count: engines[at]!.questions })}
            </span>
          )}
        />
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button busy={start.isPending} onClick={() => start.mutate()}>
          {t("quality.measureAll")}
        </Button>
        {all.data && all.data.running > 0 && (
          <span role="status" className="text-sm text-soft">
            {t("quality.running", { count: all.data.running })}
          </span>
        )}
      </div>
    </Section>
  );
}
