/**
 * Parsing: a document becomes plain text with its pages, slides or headings.
 *
 * - **Child**: the process that parses; it may be killed at any time, and it knows neither the database nor the
 *   network.
 * - **Section**: a span of the text with its page and heading; an empty one stands for a page without text.
 */
import type { LayoutValue } from "#database/json-columns.ts";
import type { LineFeeds } from "#server/features/search/sentences.ts";
import type { FoundBy } from "#server/text-encoding/decode-text.ts";
import type { FileKind } from "../formats/shapes.ts";
import type { MaterialSection } from "../queries.ts";

export interface ParseRequest {
  path: string;
  kind: FileKind;
  /** Told by the server that a page came from. */
  charset?: string;
  /** Named by the student, who knows better. */
  encoding?: string;
  language?: string;
  /** A page of the web: only its own text is wanted. */
  web?: boolean;
  /** Of a picture: it is not read but written there as JPEG. */
  convertTo?: string;
}

export interface ParsedDocument {
  content: string;
  sections: MaterialSection[];
  /** Headings, lists, tables and bold words, where the file tells them. */
  layout?: LayoutValue[];
  page_count?: number;
  title?: string;
  /** Of a text: how its bytes were read, and how that was found. */
  text_encoding?: string;
  text_encoding_found_by?: FoundBy;
}

export type FromChild =
  | { type: "progress"; fraction: number; recognising: boolean }
  | { type: "parsed"; document: ParsedDocument }
  | {
      type: "failed";
      code:
        | "document-unreadable"
        | "document-password"
        | "document-without-text"
        | "file-too-large";
      message?: string;
    };

/** As the column allows (004): about 40 books. */
export const MOST_CHARACTERS = 20_000_000;

/** What stands behind them is text without a heading of its own: a million headings are no outline. */
export const MOST_SECTIONS = 20_000;

/** Further headings, lists and bold words are plain text; a thesis has some five thousand. */
export const MOST_LAYOUT = 50_000;

/** Tables of more in all are lines of text: a spreadsheet has millions. */
export const MOST_CELLS = 20_000;

/**
 * Text of a PDF, a web page or an office file has its lines joined by the parser; typed text and the lines of a picture
 * may be wrapped.
 */
export function lineFeedsOf(kind: string): LineFeeds {
  return ["note", "txt", "md", "ipynb", "image"].includes(kind) ? "wrapped" : "blocks";
}
