/** The words of a subject: which sources speak of each, and which stand together. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { classes } from "../../../ui/classes.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { WitnessView } from "../cards/witness-view.tsx";
import { mapQuery } from "../queries.ts";

export function SubjectTerms({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const map = useQuery(mapQuery(subject));
  const [chosen, setChosen] = useState<string>();
  const { terms = [], links = [] } = map.data ?? {};
  const term = terms.find((one) => one.term === chosen);
  const near = links
    .filter(({ a, b }) => a === chosen || b === chosen)
    .toSorted((a, b) => b.sentences - a.sentences)
    .slice(0, 8)
    .map(({ a, b }) => (a === chosen ? b : a));
  if (map.data && terms.length === 0) return null;
  return (
    <section aria-labelledby="terms">
      <h2 id="terms" className="mb-3 font-semibold">
        {t("study.subject.terms")}
      </h2>
      <ErrorNotice error={map.error} />
      <ul className="flex flex-wrap gap-2">
        {terms.map(({ term: word }) => (
          <li key={word}>
            <button
              type="button"
              aria-expanded={word === chosen}
              onClick={() => setChosen(word === chosen ? undefined : word)}
              className={classes(
                "min-h-9 rounded-full border px-3.5 text-sm",
                word === chosen
                  ? "border-accent bg-accent-soft text-accent-ink"
                  : near.includes(word)
                    ? "border-accent/50 bg-surface"
                    : "border-line-strong bg-surface hover:bg-sunken",
              )}
            >
              {word}
            </button>
          </li>
        ))}
      </ul>
      {term && (
        <div className="mt-4 grid gap-3">
          {near.length > 0 && (
            <p className="text-sm text-soft">
              {t("study.subject.near", { terms: near.join(", ") })}
            </p>
          )}
          {term.sources.map(({ witness }) => (
            <WitnessView
              key={`${witness.source.id ?? ""} ${witness.start_offset}`}
              witness={witness}
            />
          ))}
        </div>
      )}
    </section>
  );
}
