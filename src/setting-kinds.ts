import { DEFAULT_PASSWORD_COST, type PasswordCost, parsePasswordCost } from "./domain/passwords/scrypt-hash.ts";
import { choice, type Kind, oneOf } from "./environment-variables.ts";

/** In production at least the memory of OWASP ASVS 5 (appendix C) and, by `N r p`, the work: `ln=17,r=8,p=1` is no less. */
export const passwordCost: Kind<PasswordCost> = {
  expects: "ln=…,r=…,p=…, in production not below ln=15,r=8,p=3",
  read: (given, production) => {
    const cost = parsePasswordCost(given) ?? undefined;
    const work = ({ ln, r, p }: PasswordCost) => 2 ** ln * r * p;
    const least = DEFAULT_PASSWORD_COST;
    const weak = cost && (cost.ln < least.ln || cost.r < least.r || work(cost) < work(least));
    return weak && production ? undefined : cost;
  },
};

/** The limits of attempts, which production always has. */
export const rateLimits: Kind<boolean> = {
  expects: "on or off, in production not off",
  read: (given, production) => choice(production ? { on: true } : { on: true, off: false }).read(given, production),
};

/** The time for which browsers insist on https, in seconds; null for none. Lists of such sites ask for a year. */
export const hsts: Kind<number | null> = {
  expects: "on, off or a number of seconds up to 63072000",
  read: (given) => {
    if (given === "on") return 31_536_000;
    if (given === "off") return null;
    return /^\d{1,8}$/.test(given) && Number(given) <= 63_072_000 ? Number(given) : undefined;
  },
};

/** The least level of what is logged. */
export const logLevel = oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent");
