/** How the letters of a text were read, where that could be wrong, and the choice of another way. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { ENCODINGS } from "#server/vocabulary.ts";
import { request } from "../../api/client.ts";
import { SelectField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";

export function TextEncoding({
  path,
  encoding,
  foundBy,
  stale,
}: {
  /** What is changed by PATCH. */
  path: string;
  encoding: string | null;
  foundBy: StudyMaterial["text_encoding_found_by"];
  /** Keys of queries that show the text. */
  stale: readonly (readonly string[])[];
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (text_encoding: string) =>
      request(path, { method: "PATCH", json: { text_encoding } }),
    onSuccess: () =>
      Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey: [...queryKey] }))),
  });
  // A mark at the beginning and what can be nothing else leave no doubt.
  if (encoding === null || foundBy === "mark" || foundBy === "content") return null;
  return (
    <div className="grid gap-2">
      <SelectField
        label={t("encoding.label")}
        hint={t(`encoding.${foundBy ?? "guess"}`)}
        value={change.isPending ? change.variables : encoding}
        disabled={change.isPending}
        onChange={({ currentTarget }) => change.mutate(currentTarget.value)}
        className="max-w-xs"
      >
        {[...new Set<string>([encoding, ...ENCODINGS])].map((name) => (
          <option key={name} value={name}>
            {name.toUpperCase()}
          </option>
        ))}
      </SelectField>
      {change.error && <ErrorNotice error={change.error} />}
    </div>
  );
}
