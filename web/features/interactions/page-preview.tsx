import { Suspense } from "react";
import { lazyPart } from "../../lazy-part.tsx";

const PdfPreview = lazyPart(() => import("../content/pdf/pdf-preview.tsx"), "PdfPreview");

/** The page that is quoted, in place, with its words marked. */
export function PagePreview(props: { materialId: string; page: number; quote: string }) {
  return (
    <Suspense>
      <PdfPreview {...props} />
    </Suspense>
  );
}
