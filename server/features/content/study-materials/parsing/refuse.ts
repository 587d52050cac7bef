/** A document that cannot be read, with the sentence that says why; the parent makes it a failure. */
export class Refused extends Error {
  readonly code: "document-unreadable" | "document-password" | "document-without-text";
  constructor(code: Refused["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export class TooMuch extends Refused {
  constructor() {
    super(
      "document-unreadable",
      "The document unpacks to far more than a document holds. It may be made to do harm, so it was not read.",
    );
  }
}
