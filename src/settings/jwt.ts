import { type Kind, variable, wholeNumber } from "./variables.ts";

/** A text that can be an `aud` (RFC 7519 §4.1.3): printable ASCII without commas and white space. */
const AUDIENCE = /^[!-+\--~]{1,200}$/;

/** Names of systems, separated by commas. */
const audiences: Kind<readonly string[]> = {
  expects: "names or addresses like https://billing.example, separated by commas",
  read: (given) => {
    const list = audiencesIn(given);
    return list.every((audience) => faultOfAudience(audience) === undefined) ? [...new Set(list)] : undefined;
  },
  fault: (given) => audiencesIn(given).map(faultOfAudience).find(Boolean),
};

function audiencesIn(given: string): string[] {
  return given
    .split(",")
    .map((audience) => audience.trim())
    .filter((audience) => audience !== "");
}

function faultOfAudience(audience: string): string | undefined {
  if (AUDIENCE.test(audience)) return undefined;
  return audience.length > 200 ? "one is longer than 200 characters" : "one has white space inside, or is not ASCII";
}

/** The variables of JWTs. */
export const JWT = {
  jwtAudiences: variable(
    "JWT_AUDIENCES",
    "",
    audiences,
    "systems that tokens can be exchanged for JWTs for; none by default, and then nobody exchanges any",
  ),
  jwtMinutes: variable("JWT_MINUTES", "5", wholeNumber(1, 5), "minutes that a JWT lives at most"),
};

/** The settings of JWTs. */
export interface JwtSettings {
  /** The systems that there are JWTs for. */
  readonly jwtAudiences: readonly string[];
  /** The life of a JWT, in minutes. */
  readonly jwtMinutes: number;
}
