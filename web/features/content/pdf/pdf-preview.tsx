/** One page of a PDF, small, where it is quoted. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Spinner } from "../../../ui/spinner.tsx";
import { pdfQuery } from "./pdf-document.tsx";
import { PdfPage } from "./pdf-page.tsx";
import "./pdf.css";

const WIDTH = 350;

export function PdfPreview({
  materialId,
  page,
  quote,
}: {
  materialId: string;
  page: number;
  quote: string;
}) {
  const { t } = useTranslation();
  const pdf = useQuery(pdfQuery(materialId));
  if (pdf.error) return null;
  return (
    <div className="h-56 overflow-auto rounded-lg border border-line bg-sunken">
      {pdf.data ? (
        <PdfPage
          document={pdf.data}
          number={page}
          width={WIDTH}
          label={t("material.page", { page })}
          marked={quote}
          scrollToMark
        />
      ) : (
        <Spinner className="mx-auto mt-24 size-5 text-accent" />
      )}
    </div>
  );
}
