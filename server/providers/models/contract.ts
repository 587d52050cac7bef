/**
 * Models that are on this machine or can be fetched. Nothing is fetched unless somebody asks.
 */
/** To turn speech into text, search by meaning, tell voices apart, read aloud. */
export type ModelPurpose = "speech" | "meaning" | "speakers" | "voice";

export interface OfferedModel {
  id: string;
  label: string;
  purpose: ModelPurpose;
  /** BCP 47; undefined: about a hundred. */
  languages: string[] | undefined;
  licence: string;
  /** As its source says; the exact size is the server's. */
  aboutMegabytes: number;
  /** Its page. */
  source: string;
}

export interface InstalledModel {
  id: string;
  purpose: ModelPurpose;
  languages: string[] | undefined;
  megabytes: number;
  /** It lies in the data folder, not in one that somebody else keeps. */
  removable: boolean;
}

export interface ModelStore {
  offered: readonly OfferedModel[];
  /** Best first. */
  installed(): Promise<InstalledModel[]>;
  /**
   * Fetches a model, or goes on where a fetch broke off; each file is checked by size and SHA-256.
   * @throws Failure `not-found`, `engine-failed`.
   */
  fetch(
    id: string,
    options: {
      /** An address with the same paths as https://huggingface.co. */
      mirror?: string | undefined;
      signal: AbortSignal;
      /** 0 to 1, of all files together. */
      onProgress(fraction: number): void;
    },
  ): Promise<void>;
  /** @returns whether there was one. */
  remove(id: string): Promise<boolean>;
}
