import { type Contract, type Json, type JsonObject, listOf, objectOf, textOf } from "./contract.ts";

/** The credentials that one alternative of a security requirement asks for together. */
export interface Alternative {
  readonly schemes: readonly Scheme[];
}

/** A security scheme of the contract. */
export interface Scheme {
  readonly name: string;
  /** The place of the credential: a header with text before it, or a cookie. */
  readonly place: "header" | "cookie" | "query" | "other";
  /** The name of the header, cookie or query parameter. */
  readonly field: string;
  /** The text before the credential, such as `Bearer `. */
  readonly prefix: string;
}

/** What an operation asks of its caller. */
export interface Requirement {
  /** The credentials, one alternative of which is enough; empty when none are looked at. */
  readonly alternatives: readonly Alternative[];
  /** Whether the operation may also be called without credentials. */
  readonly optional: boolean;
  readonly scopes: readonly string[];
  /** How long ago the user may have signed in, in seconds. */
  readonly maxAgeSeconds: number | undefined;
}

/** What an operation asks of its caller, by its own `security` or by that of the whole document. */
export function requirementOf(contract: Contract, operation: JsonObject): Requirement {
  const all = listOf(operation.security ?? contract.security).map(objectOf);
  const named = all.filter((one) => Object.keys(one).length > 0);
  const age = operation["x-max-authentication-age"];
  return {
    alternatives: named.map((one) => ({ schemes: Object.keys(one).map((name) => schemeOf(contract, name)) })),
    optional: all.length > named.length,
    // Scopes stand in the requirement itself, as OpenAPI 3.1 allows for any scheme.
    scopes: [...new Set(named.flatMap((one) => Object.values(one).flatMap(texts)))],
    maxAgeSeconds: typeof age === "number" ? age : undefined,
  };
}

function texts(value: Json | undefined): readonly string[] {
  return listOf(value).map(textOf);
}

function schemeOf(contract: Contract, name: string): Scheme {
  const {
    type,
    scheme,
    in: place,
    name: field,
  } = objectOf(objectOf(objectOf(contract.components).securitySchemes)[name]);
  if (type === "http") {
    const prefix = textOf(scheme).replace(/^./, (first) => first.toUpperCase());
    return { name, place: "header", field: "Authorization", prefix: `${prefix} ` };
  }
  const known = place === "header" || place === "cookie" || place === "query" ? place : "other";
  return { name, place: type === "apiKey" ? known : "other", field: textOf(field), prefix: "" };
}

/** The credentials of an alternative in words, such as "`Authentication-Token` header". */
export function alternativeInWords({ schemes }: Alternative): string {
  return schemes
    .map(({ name, place, field, prefix }) =>
      place === "other" ? name : `\`${field}${prefix && `: ${prefix}…`}\` ${place}`,
    )
    .join(" with ");
}

/** A time in seconds as a person says it: "24 hours", "10 minutes". */
export function ageInWords(seconds: number): string {
  const [count, unit] =
    seconds % 3600 === 0
      ? [seconds / 3600, "hour"]
      : seconds % 60 === 0
        ? [seconds / 60, "minute"]
        : [seconds, "second"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** A size in bytes as a person says it: "8 KiB", "100 bytes". */
export function sizeInWords(bytes: number): string {
  if (bytes >= 1_048_576 && bytes % 1_048_576 === 0) return `${bytes / 1_048_576} MiB`;
  return bytes >= 1024 && bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`;
}
