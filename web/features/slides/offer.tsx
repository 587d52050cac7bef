/** Documents that may have been shown in a lecture, and any other one by hand. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { z } from "zod";
import type { StudyMaterialSummary } from "#server/features/content/study-materials/shapes.ts";
import type { slidesSuggestions } from "#server/features/slides/shapes.ts";
import { requestAll } from "../../api/all-pages.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { useSlidesChange } from "./use-slides-change.ts";

/** Documents: nobody looks for a deck in a list of more. */
const MOST_LOOKED_AT = 2000;

type Suggestions = z.infer<typeof slidesSuggestions>;

export function Offer({ recordingId }: { recordingId: string }) {
  const { t } = useTranslation();
  const suggestions = useQuery({
    queryKey: ["recording", recordingId, "slides-suggestions"],
    queryFn: ({ signal }) =>
      request<Suggestions>(`/recordings/${recordingId}/slides/suggestions`, { signal }),
  });
  const link = useSlidesChange(recordingId, (study_material_id: string) =>
    request(`/recordings/${recordingId}/slides`, { method: "PUT", json: { study_material_id } }),
  );
  const [best, ...others] = suggestions.data?.items ?? [];
  // By hand in one place, whatever is offered: an offer that comes later does not close what was opened.
  return (
    <>
      {best && (
        <Notice>
          <p>{t("slides.offer", { title: best.title })}</p>
          <div className="mt-2 flex flex-wrap gap-2">
            {[best, ...others].map((item, at) => (
              <Button
                key={item.study_material_id}
                size="small"
                variant={at === 0 ? "primary" : "quiet"}
                busy={link.isPending && link.variables === item.study_material_id}
                onClick={() => link.mutate(item.study_material_id)}
              >
                {at === 0 ? t("slides.use") : item.title}
              </Button>
            ))}
          </div>
        </Notice>
      )}
      <ErrorNotice error={suggestions.error ?? link.error} />
      <ByHand busy={link.isPending} onChoose={(id) => link.mutate(id)} />
    </>
  );
}

/** Any document with pages, where none is offered or it is another. */
function ByHand({ busy, onChoose }: { busy: boolean; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const documents = useQuery({
    queryKey: ["study-materials", "with-pages"],
    queryFn: ({ signal }) => listDecks(signal),
    enabled: open,
  });
  const decks = documents.data ?? [];
  return (
    <details className="mt-2 text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer text-soft">{t("slides.byHand")}</summary>
      <div className="mt-2">
        <ErrorNotice error={documents.error} />
        <SelectField
          label={t("slides.use")}
          value=""
          disabled={busy}
          onChange={(event) => event.target.value && onChoose(event.target.value)}
        >
          <option value="" />
          {decks.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </SelectField>
      </div>
    </details>
  );
}

/** The newest first. */
async function listDecks(signal: AbortSignal) {
  const all = await requestAll<StudyMaterialSummary>("/study-materials", {
    query: { limit: 100 },
    signal,
    most: MOST_LOOKED_AT,
  });
  return all.filter(({ page_count }) => (page_count ?? 0) > 0);
}
