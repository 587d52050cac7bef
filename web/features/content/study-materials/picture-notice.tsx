/** How well a picture could be read, in which language, and what to do where it is another one. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import type { Limits } from "#server/features/health/shapes.ts";
import { request } from "../../../api/client.ts";
import { Button } from "../../../ui/button.tsx";

const limitsQuery = queryOptions({
  queryKey: ["limits"],
  queryFn: ({ signal }) => request<Limits>("/limits", { signal }),
  staleTime: Infinity,
});

export function PictureNotice({
  material,
  onDetails,
}: {
  material: StudyMaterial;
  onDetails: () => void;
}) {
  const { t, i18n } = useTranslation();
  const known = useQuery(limitsQuery).data?.picture_languages;
  const { kind, status, content, language, pages_recognised } = material;
  if (status !== "ready" || (kind !== "image" && pages_recognised.length === 0)) return null;
  const names = new Intl.DisplayNames(i18n.language, { type: "language" });
  const base = language?.split("-")[0];
  return (
    <div className="grid justify-items-start gap-1 text-sm text-soft">
      {kind === "image" && (
        <p>{t(content ? "material.pictureRead" : "material.pictureWithoutText")}</p>
      )}
      {known && (
        <p>
          {base && known.includes(base)
            ? t("material.pictureLanguage", { language: names.of(base) })
            : t("material.pictureLanguages", {
                languages: new Intl.ListFormat(i18n.language).format(
                  known.map((one) => names.of(one) ?? one),
                ),
              })}
        </p>
      )}
      <Button size="small" variant="plain" className="-ms-3" onClick={onDetails}>
        {t("material.pictureOther")}
      </Button>
    </div>
  );
}
