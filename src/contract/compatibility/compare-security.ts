import type { Operation, SecurityAlternative } from "../document/operation.ts";
import type { Change } from "./change.ts";

/** A client goes on with the credentials that it has: each of its ways in must still be enough. */
export function compareSecurity(where: string, before: Operation, after: Operation): Change[] {
  const [earlier, later] = [alternativesOf(before), alternativesOf(after)];
  const lost = earlier.filter((had) => !later.some((needs) => isEnough(had, needs)));
  const gained = later.filter((has) => !earlier.some((needed) => isEnough(has, needed)));
  const [age, newAge] = [ageOf(before), ageOf(after)];
  return [
    ...lost.map((had): Change => ({ breaking: true, where, what: `${describe(had)} not enough any more` })),
    ...gained.map((has): Change => ({ breaking: false, where, what: `${describe(has)} enough now` })),
    ...(newAge < age ? [{ breaking: true, where, what: `needs a sign-in of the last ${newAge} seconds now` }] : []),
    ...(newAge > age ? [{ breaking: false, where, what: "takes an older sign-in now" }] : []),
    ...compareContext(where, before.authenticationContext, after.authenticationContext),
  ];
}

/** A client may have authenticated in another context so far. Nothing tells which of two contexts is the stronger one. */
function compareContext(where: string, before: string | undefined, after: string | undefined): Change[] {
  if (before === after) return [];
  const what = after === undefined ? `needs no ${before} any more` : `needs the authentication context ${after} now`;
  return [{ breaking: after !== undefined, where, what }];
}

/** An operation without `security` lets every request pass. */
function alternativesOf({ security = [] }: Operation): readonly SecurityAlternative[] {
  return security.length > 0 ? security : [new Map()];
}

const ageOf = ({ maxAuthenticationAge = Number.POSITIVE_INFINITY }: Operation): number => maxAuthenticationAge;

/** Whether one set of credentials has all schemes and scopes that another has. */
function isEnough(had: SecurityAlternative, needs: SecurityAlternative): boolean {
  return [...needs].every(([scheme, scopes]) => {
    const held = had.get(scheme);
    return held !== undefined && scopes.every((scope) => held.includes(scope));
  });
}

function describe(had: SecurityAlternative): string {
  const parts = [...had].map(([scheme, scopes]) =>
    scopes.length > 0 ? `${scheme} with ${scopes.join(", ")}` : scheme,
  );
  return parts.length > 0 ? `${parts.join(" and ")} is` : "no credential is";
}
