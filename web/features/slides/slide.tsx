import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Spinner } from "../../ui/spinner.tsx";
import { pdfQuery } from "../content/pdf/pdf-document.tsx";
import { PdfPage } from "../content/pdf/pdf-page.tsx";
import { materialQuery } from "../content/queries.ts";

/** One page as it looks where the document is a PDF, and else its text. */
export function Slide({ studyMaterialId, page }: { studyMaterialId: string; page: number }) {
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
  const label = t("material.page", { page });
  return (
    <div ref={place} className="overflow-hidden rounded-lg">
      {pdf.data && width > 0 ? (
        <PdfPage document={pdf.data} number={page} width={width} label={label} />
      ) : material.data && (!isPdf || pdf.error) ? (
        <div className="min-h-40 whitespace-pre-wrap bg-sunken p-4" aria-label={label} dir="auto">
          {(material.data.sections ?? [])
            .filter((section) => section.page === page)
            .map(({ start_offset, end_offset }) =>
              (material.data.content ?? "").slice(start_offset, end_offset),
            )
            .join("\n")}
        </div>
      ) : (
        <Spinner className="mx-auto size-6 text-accent" />
      )}
    </div>
  );
}
