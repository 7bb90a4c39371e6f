import type { Requirement } from "../contract/requirement.ts";

/** A request as samples show it. */
export interface SampleRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** Names and values; no credentials. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  readonly credentials: readonly Credential[];
}

/** A credential of a sample: a header whose value comes from a variable, so that no sample contains a secret. */
export interface Credential {
  readonly header: string;
  /** The text before the credential, such as `Bearer `. */
  readonly prefix: string;
  /** The name of the environment variable that holds it. */
  readonly variable: string;
}

/**
 * The credentials that a sample sends: those of the first alternative that a program can send. None where they are optional, unless
 * `wanted`.
 */
export function credentialsOf({ alternatives, optional }: Requirement, wanted: boolean): readonly Credential[] {
  if (optional && !wanted) return [];
  const sendable = alternatives.filter(({ schemes }) =>
    schemes.every(({ place }) => place === "header" || place === "cookie"),
  );
  return (sendable[0]?.schemes ?? []).map(({ place, field, prefix }) =>
    place === "cookie"
      ? { header: "Cookie", prefix: `${field}=`, variable: "SESSION" }
      : { header: field, prefix, variable: "TOKEN" },
  );
}

/**
 * The value of a JSON text, where a literal of it in a program stands for the same text, white space aside; undefined otherwise. Large
 * numbers and a key twice would come out changed, and `__proto__` in a literal is no key.
 */
export function literalOf(body: string): unknown {
  if (body.includes("__proto__")) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    const bare = body.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
    return JSON.stringify(value) === bare ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The text with each line but the first moved to the right. */
export function indented(text: string, spaces: number): string {
  return text.replaceAll("\n", `\n${" ".repeat(spaces)}`);
}
