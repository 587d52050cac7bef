/**
 * Mail to one person. Links in a mail are secrets: no adapter logs a body.
 */
export interface MailMessage {
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface Mail {
  name: "smtp" | "folder";
  /** False for the folder: nobody is written to. */
  configured: boolean;
  /** Resolves when the next hop has taken it. @throws when it did not. */
  send(message: MailMessage): Promise<void>;
  check(): Promise<void>;
  stop(): Promise<void>;
}
