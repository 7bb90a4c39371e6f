import type { Pages } from "../declared/page-links.ts";
import type { Allowance } from "../declared/rate-limit.ts";

/** The members of an answer from which the runtime makes header fields, where the response declares these. */
export interface ToldMembers {
  /** The limits that the request counted against: `RateLimit` and `RateLimit-Policy`. */
  readonly allowances?: readonly Allowance[] | undefined;
  /** The other pages of the list: `Link`. */
  readonly pages?: Pages | undefined;
}

/** The same for an answer with these declared headers: no other one has the members. */
export type ToldBy<Headers> = ("RateLimit" extends keyof Headers ? Pick<ToldMembers, "allowances"> : unknown) &
  ("Link" extends keyof Headers ? Pick<ToldMembers, "pages"> : unknown);
