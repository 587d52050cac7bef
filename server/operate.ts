/** What whoever runs an installation does at the machine itself, beside a running server or without one. */
import { receipt as receiptShape } from "#server/features/account/deletion/shapes.ts";
import { verifyDeletion } from "#server/features/account/deletion/verify-deletion.ts";
import { readConfig } from "./config.ts";
import { openContext } from "./open-context.ts";

/** @param given the receipt, or what the server answered with it in: {receipt}. @throws Error for anything else. */
export async function verifyReceipt(given: unknown) {
  const parsed = receiptShape.safeParse((given as { receipt?: unknown }).receipt ?? given);
  if (!parsed.success) throw new Error("This file is no receipt of a deletion.");
  const { context, close } = await openContext(readConfig(process.env));
  try {
    return await verifyDeletion(context, parsed.data);
  } finally {
    await close();
  }
}
