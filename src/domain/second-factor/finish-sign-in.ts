import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { areTwoFactors } from "../credentials/authentication-method.ts";
import type { Issued } from "../credentials/credential.ts";
import { issueIn, type NewCredential } from "../credentials/issue.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { type ProveFactor, recordingRefusals } from "./codes.ts";
import { CodeRefused, SignInEnded } from "./errors.ts";
import { deleteWaiting } from "./waiting-repository.ts";
import { spendTry, type WaitingSignIn } from "./waiting-sign-in.ts";

/** The lifetimes of what is issued, in milliseconds, and what else comes with a token. */
export interface IssueLifetimes extends Pick<NewCredential, "beginFamily"> {
  readonly tokenMs: number;
  readonly sessionMs: number;
}

/**
 * Finishes a sign-in that waits: the factor is proved, the waiting ends, and the credential is issued, in one transaction. Of all
 * requests that finish one sign-in, in all processes, one passes.
 *
 * @throws {SignInEnded}
 * @throws {CodeRefused}
 */
export async function finishSignIn(
  em: EntityManager,
  keys: SecretKeys,
  { waiting, prove, lifetimes }: { waiting: WaitingSignIn; prove: ProveFactor; lifetimes: IssueLifetimes },
  occasion: Occasion,
): Promise<Issued> {
  const { id, user, methods, wanted, step } = waiting;
  if (step !== "factor") throw new SignInEnded();
  await spendTry(em, waiting, occasion);
  const { now } = occasion;
  return recordingRefusals(em, user.id, occasion, () =>
    recorded(em, occasion, async (tx, record) => {
      const method = await prove(tx, record, now);
      // A factor that was proved already adds nothing, however it is proved again.
      if (!areTwoFactors([...methods, method])) throw new CodeRefused();
      if (!(await deleteWaiting(tx, id))) throw new SignInEnded();
      const issue = issueOf(wanted, lifetimes, [...methods, method]);
      return issueIn(tx, { keys, kind: wanted.kind, user: { ...user, passwordHash: null }, issue, now }, record);
    }),
  );
}

/** What a waiting sign-in is to be given. */
export function issueOf(
  { kind, name, scopes, persistent }: WaitingSignIn["wanted"],
  { tokenMs, sessionMs, beginFamily }: IssueLifetimes,
  methods: NewCredential["methods"],
): NewCredential {
  return { name, scopes, persistent, lifetimeMs: kind === "token" ? tokenMs : sessionMs, methods, beginFamily };
}
