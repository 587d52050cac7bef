import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { classes } from "../../ui/classes.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { pdfQuery } from "../content/pdf/pdf-document.tsx";
import { PdfPage } from "../content/pdf/pdf-page.tsx";
import { materialQuery } from "../content/queries.ts";
import { LaidOutText, useDrawn } from "../content/study-materials/laid-out-text.tsx";
import { isDeck, layoutOf } from "../content/study-materials/material-text.tsx";

/** One page as it looks where the document is a PDF, and else its text. */
export function Slide({
  studyMaterialId,
  page,
  small = false,
}: {
  studyMaterialId: string;
  page: number;
  /** To be recognised, not read. */
  small?: boolean;
}) {
  const { t } = useTranslation();
  const material = useQuery(materialQuery(studyMaterialId));
  const isPdf = material.data?.kind === "pdf";
  const pdf = useQuery({ ...pdfQuery(studyMaterialId), enabled: isPdf });
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  const label = t(isDeck(material.data?.kind) ? "material.slide" : "material.page", { page });
  return (
    <div ref={place} className="overflow-hidden rounded-lg">
      {pdf.data && width > 0 ? (
        <PdfPage document={pdf.data} number={page} width={width} label={label} plain={small} />
      ) : material.data && (!isPdf || pdf.error) ? (
        <PageText material={material.data} page={page} label={label} small={small} />
      ) : (
        <Spinner className="mx-auto size-6 text-accent" />
      )}
    </div>
  );
}

function PageText({
  material,
  page,
  label,
  small,
}: {
  material: StudyMaterial;
  page: number;
  label: string;
  small: boolean;
}) {
  const layout = useMemo(() => layoutOf(material), [material]);
  const drawn = useDrawn(material.content, layout, undefined, 1);
  return (
    <div
      role="group"
      aria-label={label}
      className={classes("min-h-40 bg-sunken", small ? "p-2 text-[0.4rem]" : "p-4")}
      dir="auto"
    >
      {material.sections
        .filter((section) => section.page === page)
        .map(({ start_offset, end_offset }) => (
          <LaidOutText key={start_offset} drawn={drawn} from={start_offset} to={end_offset} />
        ))}
    </div>
  );
}
