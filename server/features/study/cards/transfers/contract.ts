/**
 * Decks that leave and come in.
 *
 * - **Note**: what the student wrote; one or several cards are made of it (Anki's words). Its guid stays the same, so
 *   that a second export updates instead of doubling.
 * - **Child**: the process that reads a package; packages come from strangers, so it is bounded in time and memory and
 *   knows neither the database nor the network.
 */
import type { CardKind, CoveredPart } from "#server/features/study/cards/shapes.ts";
import type { DeckWitness } from "./witness-field.ts";

export interface DeckCard {
  note_id: string;
  ordinal: number;
  kind: CardKind;
  front: string;
  back: string;
  options: string[] | CoveredPart[] | null;
  subject: string | null;
  tags: string[];
  suspended: boolean;
  /** Milliseconds since 1970. */
  created_at: number;
  witness: DeckWitness | null;
  reviews: DeckReview[];
}

export interface DeckReview {
  /** Milliseconds since 1970: in Anki the id of the review. */
  at: number;
  rating: number;
  duration_ms: number;
}

export interface DeckMedia {
  /** As notes name it. */
  name: string;
  /** Where the child wrote it. */
  path: string;
  /** Bytes. */
  size: number;
}

export interface ReadDeck {
  cards: DeckCard[];
  media: DeckMedia[];
  /** What could not be taken, in sentences. */
  remarks: string[];
}

export type DeckFormat = "apkg" | "csv" | "md";

export interface ReadRequest {
  path: string;
  format: DeckFormat;
  /** An empty folder of the child's own. */
  folder: string;
}

/** The cards come first, some at a time: the parent makes each message anew in one turn of its thread. */
export type FromReader =
  | { type: "cards"; cards: DeckCard[] }
  | { type: "read"; rest: Omit<ReadDeck, "cards"> }
  | { type: "failed"; code: "document-unreadable" | "file-too-large"; message: string };

/** Larger decks are refused: the largest shared ones have some forty thousand notes. */
export const MOST_CARDS = 200_000;
