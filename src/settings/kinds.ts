import {
  DEFAULT_PASSWORD_COST,
  faultOfCost,
  type PasswordCost,
  parsePasswordCost,
} from "../domain/passwords/scrypt-hash.ts";
import { choice, type Kind, oneOf } from "./variables.ts";

/** In production at least the memory of OWASP ASVS 5 (appendix C) and, by `N r p`, the work: `ln=17,r=8,p=1` is no less. */
export const passwordCost: Kind<PasswordCost> = {
  expects: "ln=…,r=…,p=…, in production not below ln=15,r=8,p=3",
  read: (given, production) => {
    const cost = parsePasswordCost(given) ?? undefined;
    return cost && production && weakness(cost) !== undefined ? undefined : cost;
  },
  fault: (given) => {
    const cost = parsePasswordCost(given);
    return cost === null ? faultOfCost(given) : weakness(cost);
  },
};

function weakness(cost: PasswordCost): string | undefined {
  const least = DEFAULT_PASSWORD_COST;
  for (const part of ["ln", "r"] as const) {
    if (cost[part] < least[part]) return `${part}=${cost[part]} is too low for production`;
  }
  const work = ({ ln, r, p }: PasswordCost) => 2 ** ln * r * p;
  return work(cost) < work(least) ? `p=${cost.p} is too low for production` : undefined;
}

/** The limits of attempts, which production always has. */
export const rateLimits: Kind<boolean> = {
  ...choice({ on: true, off: false }),
  expects: "on, or outside of production off",
  read: (given, production) => choice(production ? { on: true } : { on: true, off: false }).read(given, production),
  fault: (given, production) =>
    production && given.trim().toLowerCase() === "off"
      ? "production is never without limits; raise single ones by RATE_LIMIT_…"
      : choice({ on: true, off: false }).fault?.(given, production),
};

/** The time for which browsers insist on https, in seconds; null for none. Lists of such sites ask for a year. */
export const hsts: Kind<number | null> = {
  expects: "on, off or a number of seconds up to 63072000",
  read: (given) => {
    if (given === "on") return 31_536_000;
    if (given === "off") return null;
    return /^\d{1,8}$/.test(given) && Number(given) <= 63_072_000 ? Number(given) : undefined;
  },
  fault: (given) => (/^\d+$/.test(given) ? "it is too high" : undefined),
};

/** Paths of this server, below which it cannot be told where one begins. */
const OWN_PATHS =
  "account api assets change change-email confirm docs health introspect login logout notice openapi refresh-token register reset revoke undo-email verify".split(
    " ",
  );

const PATH = /^(?:\/[\w.~-]*[\w~-][\w.~-]*)+$/;

/** Nothing, or a path of plain segments, without a slash at the end. */
export const basePath: Kind<string> = {
  expects: "a path like /kudos, of letters, digits and - . _ ~",
  read: (given) => (given === "" || (PATH.test(given) && !isOwnPath(given)) ? given : undefined),
  fault: (given) => {
    if (!given.startsWith("/")) return "it begins with no slash";
    if (given.endsWith("/")) return "the slash at the end is too much";
    return isOwnPath(given) ? "this server has such a path itself" : undefined;
  },
};

function isOwnPath(given: string): boolean {
  return OWN_PATHS.includes(given.split("/")[1] ?? "");
}

/** Origins (RFC 6454 §6.2) of http and https, separated by commas. */
export const origins: Kind<ReadonlySet<string>> = {
  expects: "origins like https://app.example, separated by commas",
  read: (given) => {
    const list = originsIn(given);
    return list.every((origin) => faultOfOrigin(origin) === undefined) ? new Set(list) : undefined;
  },
  fault: (given) => originsIn(given).map(faultOfOrigin).find(Boolean),
};

function originsIn(given: string): string[] {
  return given
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "");
}

/** What is wrong with a text as an origin (RFC 6454 §6.2) of http or https; undefined for nothing. */
export function faultOfOrigin(given: string): string | undefined {
  if (given === "*") return "there is no * for all origins: name each";
  const url = URL.parse(given);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return "it begins with neither http:// nor https://";
  if (url.origin === given) return undefined;
  if (given === `${url.origin}/`) return `the slash at the end is not part of an origin; write ${url.origin}`;
  return `an origin has no user, path, capitals or default port; write ${url.origin}`;
}

/** The least level of what is logged. */
export const logLevel = oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent");

/** The secrets of another program by their tags, as a JSON object of texts. */
export const totpSecrets: Kind<ReadonlyMap<string, string>> = {
  expects: 'a JSON object of texts like {"1": "…"}',
  read: (given) => {
    try {
      const entries = Object.entries(JSON.parse(given) as Record<string, unknown>);
      const isRight = entries.length > 0 && entries.every(([, secret]) => typeof secret === "string");
      return isRight ? new Map(entries.map(([tag, secret]) => [tag, String(secret)])) : undefined;
    } catch {
      return undefined;
    }
  },
};
