/** What an answer of a language model may rest on. */
import { useTranslation } from "react-i18next";
import type { Message } from "#server/features/interactions/shapes.ts";

export type Materials = Message["materials"];

export function MaterialsField({
  value,
  onChange,
}: {
  value: Materials;
  onChange: (value: Materials) => void;
}) {
  const { t } = useTranslation();
  return (
    <label className="mt-1.5 flex items-center justify-end gap-2 text-xs text-soft">
      {t("tutor.restsOn")}
      <select
        value={value}
        onChange={(event) => onChange(event.target.value as Materials)}
        className="rounded-lg border border-line bg-surface px-2 py-1 text-ink"
      >
        <option value="first">{t("tutor.materials.first")}</option>
        <option value="only">{t("tutor.materials.only")}</option>
        <option value="none">{t("tutor.materials.none")}</option>
      </select>
    </label>
  );
}

export function requested(materials: Materials) {
  return { use_materials: materials !== "none", materials_only: materials === "only" };
}
