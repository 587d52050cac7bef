/**
 * Mail to one person. Links in a mail are secrets: no adapter logs a body.
 */
export interface MailMessage {
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface OutgoingMail extends MailMessage {
  /** The same at each attempt, so that a mail which is sent twice is recognised (Message-ID, RFC 5322). */
  id: string;
  /** Whose account it is about. */
  accountId: string | undefined;
}

export interface Mail {
  name: "smtp" | "folder";
  /** False for the folder: nobody is written to. */
  configured: boolean;
  /** Resolves when the next hop has taken it. @throws when it did not. */
  send(mail: OutgoingMail): Promise<void>;
  /** What is kept here of mails about this account goes with it. */
  forget(accountId: string): Promise<void>;
  check(): Promise<void>;
  stop(): Promise<void>;
}
