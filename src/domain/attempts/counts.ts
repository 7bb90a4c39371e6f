import type { Attempt, CodeAttempt } from "./attempts.ts";
import { attemptNetwork } from "./network.ts";
import type { AttemptPolicy } from "./rules.ts";

/** The identity of one count that an attempt adds to. The subject is an account, an address, a user, or two of such. */
export interface CountIdentity {
  readonly policy: AttemptPolicy;
  readonly subject: readonly string[];
}

/**
 * The counts of an attempt, the narrowest first.
 *
 * A browser that is known to the account has a count of its own there and no other, so that the attempts of strangers, on the account
 * or from the same address, cannot lock out its owner. A familiar address may be shared with strangers, so it is counted; only the
 * account's count, which attempts from elsewhere fill, is left out.
 *
 * @param familiar whether the account has been signed in to from the address
 */
export function countsOfAttempt(
  { account, address, device }: Attempt,
  familiar: boolean,
): readonly [CountIdentity, ...CountIdentity[]] {
  if (device !== null) return [{ policy: "account-device", subject: [account, device] }];
  const network = attemptNetwork(address);
  const byAccount: readonly CountIdentity[] = familiar ? [] : [{ policy: "account", subject: [account] }];
  return [
    { policy: "account-address", subject: [account, network] },
    ...byAccount,
    { policy: "address", subject: [network] },
  ];
}

/** The counts of a registration. */
export function countsOfRegistration(address: string): readonly [CountIdentity] {
  return [{ policy: "registration", subject: [attemptNetwork(address)] }];
}

/** The counts of a password that is rated. */
export function countsOfRating(address: string): readonly [CountIdentity] {
  return [{ policy: "rating", subject: [attemptNetwork(address)] }];
}

/**
 * The counts of a mail: by whom it goes to, together with the place where that is known to the account, and by where it was asked for.
 *
 * @param familiar whether the account has been signed in to from the address
 */
export function countsOfMail({ account, address, device }: Attempt, familiar: boolean): readonly CountIdentity[] {
  return [
    { policy: "mail-address", subject: [account, ...knownPlace({ address, device }, familiar)] },
    { policy: "mail-sender", subject: [attemptNetwork(address)] },
  ];
}

/** The place of an attempt where it is known to the account, for a count that strangers cannot fill: the browser, or the network. */
function knownPlace({ address, device }: Pick<Attempt, "address" | "device">, familiar: boolean): string[] {
  return device !== null ? [device] : familiar ? [attemptNetwork(address)] : [];
}

/** The counts of a token that a user has made. */
export function countsOfToken(userId: number): readonly [CountIdentity] {
  return [{ policy: "token", subject: [String(userId)] }];
}

/** The counts of a token that a user exchanges. */
export function countsOfExchange(userId: number): readonly [CountIdentity] {
  return [{ policy: "exchange", subject: [String(userId)] }];
}

/**
 * The counts of a code that is tried for an account: a known browser and a familiar address have one each, so that whoever has the password
 * does not keep the owner out.
 *
 * @param familiar whether the account has been signed in to from the address
 */
export function countsOfCode({ userId, ...attempt }: CodeAttempt, familiar: boolean): readonly [CountIdentity] {
  return [{ policy: "code", subject: [String(userId), ...knownPlace(attempt, familiar)] }];
}

/** The counts of a passkey that is asked for: by the network address of a stranger, or the id of a user. */
export function countsOfPasskey(asker: string | number): readonly [CountIdentity] {
  return [{ policy: "passkey", subject: [typeof asker === "number" ? `user:${asker}` : attemptNetwork(asker)] }];
}
