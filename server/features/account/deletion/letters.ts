import type { Context } from "#server/context.ts";
import { pageUrl, type Letter } from "#server/features/authentication/mails/letters.ts";
import { readableReceipt } from "./receipt.ts";
import type { Receipt } from "./shapes.ts";

export function linkLetter(url: string): Letter {
  return {
    kind: "deletion",
    subject: "Delete your account?",
    paragraphs: [
      "Somebody, probably you, asked to delete your Little Monster account with everything in it.",
    ],
    action: { label: "Go on with the deletion", url },
    after: [
      "The link asks once more, works once, for an hour, and only where you are logged in. " +
        "If this was not you, nothing needs to be done.",
    ],
    days: 1,
  };
}

export function scheduledLetter(
  context: Context,
  deletion: { delete_at: Date; asked_by: "person" | "administrator" },
): Letter {
  const day = deletion.delete_at.toISOString().slice(0, 16).replace("T", " ");
  return {
    kind: "deletion",
    subject: "Your account will be deleted",
    paragraphs: [
      deletion.asked_by === "person"
        ? "You asked for your Little Monster account to be deleted, with everything in it. " +
          `This happens on ${day} (UTC).`
        : "An administrator was asked to delete your Little Monster account, with everything " +
          `in it. This happens on ${day} (UTC).`,
      "Until then you can log in as always, take your things along, and change your mind.",
    ],
    action: { label: "Keep my account", url: pageUrl(context, "/settings", {}) },
    after: ["If this was not you, keep the account and choose a new password at once."],
    days: 7,
  };
}

export function keptLetter(): Letter {
  return {
    kind: "deletion",
    subject: "Your account stays",
    paragraphs: ["Your Little Monster account will not be deleted: you chose to keep it."],
    days: 7,
  };
}

export function deletedLetter(receipt: Receipt): Letter {
  return {
    kind: "deletion",
    subject: "Your account was deleted",
    paragraphs: [
      "Your Little Monster account and everything in it was deleted. This is the receipt. It " +
        "is the last mail to this address.",
      ...readableReceipt(receipt)
        .split("\n")
        .filter((line) => line.trim() !== ""),
      JSON.stringify(receipt),
    ],
    days: 7,
  };
}
