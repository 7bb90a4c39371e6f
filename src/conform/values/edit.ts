import fc from "fast-check";
import { escapePointer } from "../../contract/document/document.ts";

/** A value with a change in it, and the same with a usual value in its place; `from` is undefined where there is none. */
export interface Changed {
  readonly from: unknown;
  readonly to: unknown;
}

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
  readonly value: fc.Arbitrary<Changed>;
}

/** An edit that breaks a rule, of these values or of one of them. */
export function broken(rule: string, value: fc.Arbitrary<unknown> | readonly unknown[]): Edit {
  return { at: "", rule, valid: false, value: (isList(value) ? fc.constantFrom(...value) : value).map(toWhole) };
}

/** An edit that goes to an edge and breaks nothing: to a value, or to one of several. */
export function edge(rule: string, value: unknown): Edit {
  return edges(rule, fc.constant(value));
}

export function edges(rule: string, value: fc.Arbitrary<unknown>): Edit {
  return { at: "", rule, valid: true, value: value.map(toWhole) };
}

function toWhole(to: unknown): Changed {
  return { from: undefined, to };
}

function isList(value: fc.Arbitrary<unknown> | readonly unknown[]): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The edit beside usual values in its place: that something is there at all may be what a server refuses. */
export function besides(edit: Edit, usual: fc.Arbitrary<unknown>): Edit {
  const usuals = fc.array(usual, { minLength: 4, maxLength: 4 });
  const value = fc.tuple(edit.value, usuals).map(([{ from, to }, others]) => {
    const other = others.find((one) => JSON.stringify(one) !== JSON.stringify(to));
    return { from: from ?? other, to };
  });
  return { ...edit, value };
}

/** The edit of a part, as an edit of the whole. */
export function within<Whole>(
  { at, value, ...edit }: Edit,
  name: string,
  wholes: fc.Arbitrary<Whole>,
  put: (whole: Whole, part: unknown) => unknown,
): Edit {
  const placed = fc.tuple(wholes, value).map(([whole, { from, to }]) => ({
    from: from === undefined ? undefined : put(whole, from),
    to: put(whole, to),
  }));
  return { ...edit, at: `/${escapePointer(name)}${at}`, value: placed };
}
