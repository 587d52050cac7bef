/**
 * - **Branch**: a way through a conversation. Editing a question, or asking for another answer, makes a sibling: a
 *   message with the same `reply_to`. The newest one is followed unless another is asked for.
 */
import type { MessageLink } from "./queries.ts";

/** Ids from the first message to the last of a branch: the one that runs through `through`, or the newest. */
export function followBranch(links: MessageLink[], through?: string): string[] {
  const byId = new Map(links.map((link) => [link.id, link]));
  let leaf = through === undefined ? links.at(-1) : byId.get(through);
  if (through !== undefined) {
    for (let next = leaf; next;) {
      leaf = next;
      const below: MessageLink = next;
      next = links.findLast(({ reply_to }) => reply_to === below.id);
    }
  }
  const path: string[] = [];
  for (let link = leaf; link; link = link.reply_to ? byId.get(link.reply_to) : undefined)
    path.push(link.id);
  return path.reverse();
}

/** Versions of one message; the first messages of a conversation are versions of each other. */
export function siblingsOf(links: MessageLink[], id: string): string[] {
  const link = links.find((other) => other.id === id);
  return link
    ? links
        .filter(({ reply_to, role }) => reply_to === link.reply_to && role === link.role)
        .map((other) => other.id)
    : [];
}
