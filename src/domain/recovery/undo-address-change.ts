import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/core";
import { EmailTaken } from "../accounts/errors.ts";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { beginGeneration } from "../credentials/generation.ts";
import { mintMailedSecret } from "../mail/mint-mailed-secret.ts";
import type { Presented } from "../mail/prove-mailed-secret.ts";
import type { Mailing } from "./confirm-address.ts";
import { MailedLinkRefused } from "./errors.ts";
import { resetMail } from "./mails.ts";
import { requireProof } from "./prove.ts";
import { deleteFactorsSince, spendWayBack } from "./recovery-repository.ts";

/**
 * Gives an account its old address back, by what was mailed there when it was changed. Every token and session ends, and the password:
 * whoever changed the address knew it. So do passkeys and a second factor that were added since, and all recovery codes. The old address
 * gets a mail to set a new password.
 *
 * @throws {MailedLinkRefused}
 * @throws {MailedCodeRefused}
 * @throws {EmailTaken} when another account has got the old address since
 */
export async function undoAddressChange(
  em: EntityManager,
  { keys, outbox, browser }: Mailing,
  presented: Omit<Presented, "purpose" | "browser">,
  occasion: Occasion,
): Promise<void> {
  const { now } = occasion;
  const secret = await requireProof(em, keys, { ...presented, browser, purpose: "undo-email" }, now);
  const { userId, data: email } = secret;
  if (email === null) throw new MailedLinkRefused();
  try {
    await recorded(em, occasion, async (tx, record) => {
      const changedAt = await spendWayBack(tx, secret);
      if (changedAt === null) throw new MailedLinkRefused();
      const state = { email, passwordHash: null, confirmedAt: now };
      if (!(await beginGeneration(tx, { id: userId, active: true }, state))) throw new MailedLinkRefused();
      await deleteFactorsSince(tx, userId, changedAt);
      const minted = await mintMailedSecret(tx, keys, { purpose: "reset", account: email, userId, browser }, now);
      await outbox.post(tx, resetMail(email, { outbox, minted }), { now, lifetimeMs: minted.lifetimeMs });
      await record({ kind: "email_restored", userId, actor: `user:${userId}` });
    });
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new EmailTaken() : error;
  }
}
