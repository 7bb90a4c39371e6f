import fc from "fast-check";

/**
 * A change of a value at one place: a single violation of one rule of its schema, or a value at the edge of what the schema allows.
 */
export interface Edit {
  /** The place in the value: a JSON pointer (RFC 6901); "" is the whole. */
  readonly at: string;
  /** What is done there, such as `maxLength`; faults are told apart by it. */
  readonly rule: string;
  /** Whether the schema still allows the value. */
  readonly valid: boolean;
  /** The whole value with the change in it. */
  readonly value: fc.Arbitrary<unknown>;
}

/** An edit that breaks a rule, of these values or of one of them. */
export function broken(rule: string, value: fc.Arbitrary<unknown> | readonly unknown[]): Edit {
  return { at: "", rule, valid: false, value: isList(value) ? fc.constantFrom(...value) : value };
}

/** An edit that goes to an edge and breaks nothing. */
export function edge(rule: string, value: unknown): Edit {
  return { at: "", rule, valid: true, value: fc.constant(value) };
}

function isList(value: fc.Arbitrary<unknown> | readonly unknown[]): value is readonly unknown[] {
  return Array.isArray(value);
}
