import type { ListedCredential } from "../../domain/credentials/authenticate.ts";
import { LifetimeRefused, ScopesRequired } from "../../domain/credentials/errors.ts";
import { makePersonalToken } from "../../domain/personal-tokens/make-personal-token.ts";
import { type Principal, provedLately } from "../../domain/principal.ts";
import type { HandlerContext } from "../handler-context.ts";
import { NotFresh } from "../steps/errors.ts";
import { occasionOf } from "../steps/occasion.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a personal token is asked for with, by JSON or by a form. */
export interface AskedToken {
  readonly name: string;
  readonly scopes: readonly string[];
  /** The days until it expires; as many as the server permits where it is left out. */
  readonly days?: number | undefined;
}

/** The allowances that are left after an attempt. */
type Allowances = Awaited<ReturnType<HandlerContext["attempts"]["makeToken"]>>;

/**
 * Makes a personal token for the user of a request, by those of its credentials that are of a fresh sign-in: with the second factor
 * where the account has one.
 *
 * @throws {NotFresh}
 * @throws {ScopesRequired}
 * @throws {LifetimeRefused}
 * @throws {TooManyAttempts} and what {@link makePersonalToken} throws
 */
export async function makePersonal(
  request: HandlerContext & { readonly principals: readonly [Principal, ...Principal[]] },
  { name, scopes, days }: AskedToken,
): Promise<{ token: string; view: ListedCredential; allowances: Allowances }> {
  const { em, keys, principals, now, lifetimes, attempts } = request;
  const [first, ...others] = principals.filter((principal) => provedLately(principal, now));
  if (first === undefined) throw new NotFresh();
  if (scopes.length === 0) throw new ScopesRequired();
  const lifetimeMs = days === undefined ? lifetimes.personalTokenMs : days * DAY_MS;
  if (lifetimeMs > lifetimes.personalTokenMs) {
    const most = mostDays(lifetimes);
    throw new LifetimeRefused(`A personal token lives for at most ${most} ${most === 1 ? "day" : "days"} here.`);
  }
  const allowances = await attempts.makeToken(first.userId);
  const wanted = { name, scopes, lifetimeMs };
  const made = await makePersonalToken(em, keys, [first, ...others], wanted, occasionOf(request, first));
  return { ...made, allowances };
}

/** The most days that a personal token lives for. */
export function mostDays({ personalTokenMs }: HandlerContext["lifetimes"]): number {
  return personalTokenMs / DAY_MS;
}
