import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/core";
import { EmailRefused, EmailTaken } from "../accounts/errors.ts";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { mintMailedSecret } from "../mail/mint-mailed-secret.ts";
import { type Presented, spendMailedSecret } from "../mail/prove-mailed-secret.ts";
import { write } from "../unit-of-work.ts";
import { isRegistrableEmail, normaliseEmail } from "../users/email.ts";
import { User } from "../users/user.ts";
import { isEmailTaken } from "../users/user-repository.ts";
import type { Mailing } from "./confirm-address.ts";
import { EmailUnchanged, MailedLinkRefused } from "./errors.ts";
import { addressWantedMail, emailChangedMail, emailChangeMail } from "./mails.ts";
import { requireProof } from "./prove.ts";
import { endMailedSecrets, isKept } from "./recovery-repository.ts";

/**
 * Mails a link to a new address, which changes that of the account to it. Where an account has the address its holder gets a mail
 * instead: the caller learns nothing, and the work is the same.
 *
 * @throws {EmailRefused}
 * @throws {EmailUnchanged}
 */
export async function requestAddressChange(
  em: EntityManager,
  { keys, outbox, browser }: Mailing,
  { userId, email: current, wanted }: { readonly userId: number; readonly email: string; readonly wanted: string },
  { now }: Pick<Occasion, "now">,
): Promise<void> {
  const email = normaliseEmail(wanted);
  if (!isRegistrableEmail(email)) throw new EmailRefused();
  if (email === current) throw new EmailUnchanged();
  const taken = (await isEmailTaken(em, email)) || (await isKept(em, keys, email, { now, besides: userId }));
  const wish = {
    purpose: "change-email",
    account: email,
    userId: taken ? null : userId,
    browser,
    data: email,
  } as const;
  await write(em, async (tx) => {
    const minted = await mintMailedSecret(tx, keys, wish, now);
    const message = taken ? addressWantedMail(email, outbox) : emailChangeMail(email, { outbox, minted });
    await outbox.post(tx, message, { now, lifetimeMs: minted.lifetimeMs });
  });
  outbox.committed();
}

/**
 * Gives an account the address that a link was mailed to, and tells the old one, with a way back. Tokens and sessions go on; what was
 * mailed to the old address before ends.
 *
 * @returns the new address, and whether the browser is the one that asked
 * @throws {MailedLinkRefused}
 * @throws {MailedCodeRefused}
 * @throws {EmailTaken} when an account has got the address since: the unique constraint decides
 */
export async function changeAddress(
  em: EntityManager,
  { keys, outbox }: Omit<Mailing, "browser">,
  presented: Omit<Presented, "purpose">,
  occasion: Occasion,
): Promise<{ email: string; asked: boolean }> {
  const { now } = occasion;
  const secret = await requireProof(em, keys, { ...presented, purpose: "change-email" }, now);
  const { userId, data: email } = secret;
  if (email === null) throw new MailedLinkRefused();
  try {
    await recorded(em, occasion, async (tx, record) => {
      if (!(await spendMailedSecret(tx, keys, secret, now))) throw new MailedLinkRefused();
      if (await isKept(tx, keys, email, { now, besides: userId })) throw new EmailTaken();
      const { email: old } = await tx.findOneOrFail(User, { id: userId }, { disableIdentityMap: true });
      await tx.nativeUpdate(User, { id: userId }, { email, confirmedAt: now });
      await endMailedSecrets(tx, userId);
      const way = { purpose: "undo-email", account: old, userId, browser: null, data: old } as const;
      const minted = await mintMailedSecret(tx, keys, way, now);
      await outbox.post(tx, emailChangedMail(old, { outbox, minted }), { now });
      await record({ kind: "email_changed", userId, actor: `user:${userId}` });
    });
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new EmailTaken() : error;
  }
  return { email, asked: secret.asked };
}
