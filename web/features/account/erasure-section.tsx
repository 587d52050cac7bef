/** Settings: everything of one subject, gone for good and with a receipt. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Erased } from "#server/features/account/deletion/shapes.ts";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { StudyMaterialSummary } from "#server/features/content/study-materials/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { toast } from "../../ui/toast.tsx";
import { Section } from "../authentication/settings-section.tsx";
import { saveReceipt } from "./deletion-section.tsx";

export function ErasureSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [subject, setSubject] = useState("");
  const [asking, setAsking] = useState(false);
  const [left, setLeft] = useState(0);
  const subjects = useQuery({
    queryKey: ["subjects-of-account"],
    queryFn: async () => {
      const pages = await Promise.all(
        ["/recordings", "/study-materials"].map((path) =>
          request<Page<Recording | StudyMaterialSummary>>(path, { query: { limit: 200 } }),
        ),
      );
      const named = pages.flatMap(({ items }) => items.flatMap((item) => item.subject ?? []));
      return [...new Set(named)].toSorted((a, b) => a.localeCompare(b));
    },
  });
  const erase = useMutation({
    mutationFn: async () => {
      // Thousands of things take several requests, each with a receipt of its own.
      for (;;) {
        const json = { subject };
        const { receipt, left } = await request<Erased>("/account/erasures", {
          method: "POST",
          json,
        });
        saveReceipt(receipt);
        setLeft(left);
        if (left === 0) return;
      }
    },
    onSuccess: () => {
      setSubject("");
      toast(t("leaving.erased"));
      return client.invalidateQueries();
    },
  });
  if (!subjects.data?.length) return null;
  return (
    <Section title={t("leaving.eraseSubject")} lead={t("leaving.eraseLead")}>
      <ErrorNotice error={erase.error} />
      <SelectField
        label={t("leaving.subject")}
        value={subject}
        onChange={(event) => setSubject(event.target.value)}
      >
        <option value="">{t("leaving.choose")}</option>
        {subjects.data.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </SelectField>
      <Button
        className="justify-self-start"
        disabled={!subject}
        busy={erase.isPending}
        onClick={() => setAsking(true)}
      >
        {t("leaving.erase")}
      </Button>
      {erase.isPending && left > 0 && (
        <p role="status" className="text-sm text-soft">
          {t("leaving.left", { count: left })}
        </p>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("leaving.eraseTitle", { subject })}
        description={t("leaving.eraseLead")}
        confirm={t("leaving.erase")}
        onConfirm={() => erase.mutate()}
      />
    </Section>
  );
}
