import { actAs } from "#database/principal.ts";
import { notifyAccess } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { keepOneAdministrator } from "#server/features/authentication/administration/queries.ts";
import { queueMail } from "#server/features/authentication/mails/queue-mail.ts";
import { revokeTokens } from "#server/features/authentication/oauth/provider-tokens.ts";
import { listTokens } from "#server/features/authentication/oauth/queries.ts";
import { deletedLetter } from "./letters.ts";
import { hashesOf, hashOf, keepReceipt, signReceipt } from "./receipt.ts";
import { keepRemains, removeRemains } from "./remains.ts";
import type { Receipt } from "./shapes.ts";
import { takeStock } from "./stock.ts";

/**
 * All rows, the receipt and the list of files to be removed in one transaction; then the files. A kill before its end
 * changes nothing, one after it leaves files that nobody can reach and that the next look removes
 * (finish-deletions.ts). The receipt is kept without anything that says whose it was; the person gets the same one.
 * @throws Failure `conflict` for the last administrator among others, `not-found` when it is gone already.
 */
export function deleteAccount(
  context: Context,
  userId: string,
  receiptId: string,
): Promise<Receipt> {
  return actAs({ userId, purpose: "bin" }, async () => {
    const connections = await listTokens(context.database, userId);
    const made = await context.database.transaction().execute(async (tx) => {
      await keepOneAdministrator(tx, userId, { whenOthersRemain: true });
      // Whoever adds a row of this account waits here, and finds it gone.
      const { email } =
        (await tx
          .selectFrom("users")
          .select("email")
          .where("id", "=", userId)
          .forUpdate()
          .executeTakeFirst()) ?? fail("not-found");
      const { counts, hashes, growing, busy } = await takeStock(context, tx, userId);
      const receipt = signReceipt(context, {
        id: receiptId,
        scope: "account",
        account_hash: hashOf(userId),
        thing_hashes: [],
        file_hashes: hashesOf(growing),
        counts,
        hashes,
        kept: {},
      });
      await keepReceipt(tx, receipt);
      await keepRemains(tx, { receipt_id: receiptId, prefix: `${userId}/`, growing, busy });
      await tx.deleteFrom("users").where("id", "=", userId).execute();
      await notifyAccess(tx, userId);
      // Of nobody any more: what waited for the account has gone with it. Where mails are only files here, one would
      // stay behind.
      if (context.mail.configured)
        await queueMail(context, tx, null, email, deletedLetter(receipt));
      return receipt;
    });
    await removeRemains(context, receiptId);
    await revokeTokens(context, userId, connections);
    context.log.info({ receipt_id: receiptId }, "an account was deleted");
    return made;
  });
}
