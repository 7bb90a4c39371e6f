import fc from "fast-check";
import type { Node } from "../../contract/document/document.ts";
import { limitOf, samplesOf } from "./schema.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const WORD = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 8 });
const DATE = fc.date({ min: new Date("1971-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });

/** Texts of the formats (OpenAPI 3.1 §4.4.2, JSON Schema Validation 2020-12 §7.3) that are easily accepted. */
const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "date-time": DATE.map((date) => date.toISOString()),
  date: DATE.map((date) => date.toISOString().slice(0, 10)),
  time: DATE.map((date) => date.toISOString().slice(11)),
  duration: fc.integer({ min: 1, max: 300 }).map((days) => `P${days}D`),
  email: fc.tuple(WORD, fc.nat(9_999_999)).map(([name, number]) => `${name}${number}@example.com`),
  hostname: WORD.map((name) => `${name}.example.com`),
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
  uri: WORD.map((name) => `https://example.com/${name}`),
  "uri-reference": WORD.map((name) => `/${name}`),
  uuid: fc.uuid({ version: 4 }),
  byte: WORD.map((word) => Buffer.from(word).toString("base64")),
  "json-pointer": WORD.map((word) => `/${word}`),
};

/** The regular expression of a `pattern`: by the `u` flag as JSON Schema says (Core 2020-12 §6.4), without it where it only works so. */
export function patternOf(branch: Node): RegExp | undefined {
  if (typeof branch.pattern !== "string") return undefined;
  try {
    return new RegExp(branch.pattern, "u");
  } catch {
    return new RegExp(branch.pattern);
  }
}

/** The number of characters of a text as JSON Schema counts them (Validation 2020-12 §6.3.1). */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** Does a text have the length and match the pattern? The format is left to the validator. */
export function fits(branch: Node, text: string): boolean {
  const length = lengthOf(text);
  if (length < limitOf(branch, "minLength", 0) || length > limitOf(branch, "maxLength", Number.MAX_VALUE)) return false;
  return patternOf(branch)?.test(text) ?? true;
}

/** Texts of a branch; undefined when none can be made. */
export function textOf(branch: Node): fc.Arbitrary<string> | undefined {
  const samples = samplesOf(branch).filter((value) => typeof value === "string" && fits(branch, value)) as string[];
  const shown = samples.length > 0 ? fc.constantFrom(...samples) : undefined;
  const made = [formatted(branch), matching(branch), plain(branch)].find((texts) => texts && mostlyFits(branch, texts));
  const fitting = made?.filter((text) => fits(branch, text));
  if (fitting === undefined || shown === undefined) return fitting ?? shown;
  return fc.oneof({ arbitrary: fitting, weight: 3 }, { arbitrary: shown, weight: 1 });
}

function formatted({ format }: Node): fc.Arbitrary<string> | undefined {
  return typeof format === "string" && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
}

function plain(branch: Node): fc.Arbitrary<string> | undefined {
  if (branch.pattern !== undefined) return undefined;
  const least = limitOf(branch, "minLength", 0);
  const minLength = Math.max(least, Math.min(1, limitOf(branch, "maxLength", 1)));
  const maxLength = Math.min(limitOf(branch, "maxLength", minLength + 12), minLength + 12);
  if (maxLength < minLength) return undefined;
  return fc.string({ unit: fc.constantFrom(...LETTERS, ..."ABCDEFGH0123456789"), minLength, maxLength });
}

/** A pattern that repeats one class of characters: `^[a-z]+$`. */
const REPEATED = /^\^(\[[^\]]+\]|\\[wdp](?:\{\w+\})?|\.)(?:([+*])|\{(\d+)(?:(,)(\d*))?\})\$$/;

function matching(branch: Node): fc.Arbitrary<string> | undefined {
  const pattern = patternOf(branch);
  if (pattern === undefined) return undefined;
  try {
    return fc.stringMatching(new RegExp(narrowed(branch, pattern.source), pattern.flags));
  } catch {
    // fast-check does not know all that a pattern may say, such as a class by a property of Unicode.
    const tried = [
      ..."aA0_-/",
      "abc",
      "Abc def",
      "a".repeat(limitOf(branch, "minLength", 1)),
      "0123456789",
      "/a",
      "a@b.example",
    ];
    const found = tried.filter((text) => fits(branch, text));
    return found.length > 0 ? fc.constantFrom(...found) : undefined;
  }
}

/** A pattern with the limits of the length in it, where it is of one class: seldom would a text be long enough by chance. */
function narrowed(branch: Node, source: string): string {
  const [, of, star, from, comma, to] = REPEATED.exec(source) ?? [];
  if (of === undefined) return source;
  const least = Math.max(limitOf(branch, "minLength", 0), star === "+" ? 1 : Number(from ?? 0));
  const written = star !== undefined || (comma !== undefined && to === "") ? least + 12 : Number(to ?? from);
  return `^${of}{${least},${Math.max(least, Math.min(written, limitOf(branch, "maxLength", least + 12), least + 12))}}$`;
}

/** Would a filter find what it looks for without going on for long? */
function mostlyFits(branch: Node, texts: fc.Arbitrary<string>): boolean {
  return fc.sample(texts, { numRuns: 40, seed: 1 }).filter((text) => fits(branch, text)).length >= 3;
}
