import type { Context } from "#server/context.ts";
import { deleteAccount } from "#server/features/authentication/delete-account.ts";
import { signReceipt, takeStock, type Receipt } from "./deletion-receipt.ts";

/** The receipt is kept without anything that says whose it was; the person gets the same one. */
export async function deleteWithReceipt(context: Context, userId: string): Promise<Receipt> {
  const stock = await takeStock(context, userId);
  await deleteAccount(context, userId);
  const receipt = signReceipt(context.secrets, userId, stock);
  await context.database
    .insertInto("deletion_receipts")
    .values({ id: receipt.id, receipt: JSON.stringify(receipt) })
    .execute();
  return receipt;
}
