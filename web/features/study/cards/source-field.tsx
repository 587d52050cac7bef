/** Which text something is to be made of: a lecture, a document, or a whole subject. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { SelectField } from "../../../ui/field.tsx";
import { mergeLists } from "../../content/library-items.ts";
import { materialsQuery, recordingsQuery } from "../../content/queries.ts";
import { subjectsQuery } from "../queries.ts";

export type SourceChoice =
  | { source: { kind: "recording" | "study_material"; id: string } }
  | { subject: string };

export function choiceOf(value: string): SourceChoice | undefined {
  const [kind, ...rest] = value.split(":");
  const id = rest.join(":");
  if (kind === "subject" && id) return { subject: id };
  if ((kind === "recording" || kind === "study_material") && id) return { source: { kind, id } };
  return undefined;
}

export function valueOf(choice: SourceChoice | undefined) {
  if (!choice) return "";
  return "subject" in choice
    ? `subject:${choice.subject}`
    : `${choice.source.kind}:${choice.source.id}`;
}

/** As the address of a page says it. */
export function startOf({
  subject,
  recording,
  material,
}: {
  subject?: string | undefined;
  recording?: string | undefined;
  material?: string | undefined;
}) {
  if (recording) return `recording:${recording}`;
  if (material) return `study_material:${material}`;
  return subject ? `subject:${subject}` : "";
}

export function SourceField({
  label,
  hint,
  value,
  onChange,
}: {
  label: string;
  hint?: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const recordings = useInfiniteQuery(recordingsQuery());
  const materials = useInfiniteQuery(materialsQuery());
  const subjects = useQuery(subjectsQuery).data ?? [];
  const items = useMemo(() => mergeLists(recordings, materials), [recordings.data, materials.data]);
  const withText = subjects.filter((one) => one.recordings + one.study_materials > 0);
  return (
    <SelectField
      label={label}
      hint={hint}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{t("study.source.choose")}</option>
      {withText.length > 0 && (
        <optgroup label={t("study.source.subjects")}>
          {withText.map(({ subject }) => (
            <option key={subject} value={`subject:${subject}`}>
              {subject}
            </option>
          ))}
        </optgroup>
      )}
      <optgroup label={t("study.source.sources")}>
        {items.map(({ kind, item }) => (
          <option key={item.id} value={`${kind}:${item.id}`}>
            {item.title}
          </option>
        ))}
      </optgroup>
    </SelectField>
  );
}
