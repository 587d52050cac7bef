/** pdf.js (https://mozilla.github.io/pdf.js/api/), fetched with the first document: 0.5 MB that nobody needs before. */
import type { PDFDocumentProxy } from "pdfjs-dist";
import { BASE } from "../../../api/base-path.ts";
import { addressOf } from "../../../api/client.ts";
import { ensureMediaCookie } from "../../../api/session.ts";

/** The server answers ranges: only the pages that are looked at are fetched. The cookie for files says who asks. */
export async function openPdf(studyMaterialId: string): Promise<PDFDocumentProxy> {
  const [pdfjs] = await Promise.all([import("pdfjs-dist"), ensureMediaCookie()]);
  pdfjs.GlobalWorkerOptions.workerSrc = new URL(
    "pdfjs-dist/build/pdf.worker.min.mjs",
    import.meta.url,
  ).href;
  return pdfjs.getDocument({
    url: addressOf(`/study-materials/${studyMaterialId}/file`),
    // Copied beside the page by vite.config.ts: character maps, the fonts that every reader has, decoders of pictures.
    cMapUrl: `${BASE}/pdfjs/cmaps/`,
    standardFontDataUrl: `${BASE}/pdfjs/standard_fonts/`,
    wasmUrl: `${BASE}/pdfjs/wasm/`,
    disableAutoFetch: true,
    verbosity: 0,
  }).promise;
}
