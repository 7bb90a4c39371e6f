import fc from "fast-check";
import type { Node } from "../../contract/document/document.ts";
import { broken, type Edit, edge } from "./edit.ts";
import { limitOf } from "./schema.ts";
import { fits, lengthOf, patternOf, textOf } from "./text.ts";

/** The longest text that is made only because it is too long or just not too long. */
const LONGEST = 20_000;

/** Texts that a careless server fails at: beyond ASCII and the BMP, quotes, markup, control characters, names of JavaScript. */
const UNUSUAL: readonly (readonly [string, string])[] = [
  ["emoji", "😀"],
  ["quotes", "'\"`;--"],
  ["markup", "<b>&amp;</b>"],
  ["a control character", "\u0001"],
  ["NUL", "\u0000"],
  ["a combining character", "e\u0301"],
  ["right-to-left text", "\u05d0\u05d1"],
  ["a format string", "%s%n{0}"],
  ["a name of JavaScript", "__proto__"],
  ["white space", " "],
];

/** Texts that are none of the format. Formats that are not here are seldom checked, or hardly ever by the same rules. */
const MALFORMED: Readonly<Record<string, readonly string[]>> = {
  "date-time": ["yesterday", "2026-02-30T00:00:00Z", "2026-01-31T12:00:00", "2026-13-01T00:00:00Z"],
  date: ["yesterday", "2026-02-30", "31.01.2026", "2026-13-01"],
  time: ["noon", "25:00:00Z"],
  email: ["nobody", "a@", "@example.com", "a b@example.com"],
  uuid: ["none", "123e4567-e89b-12d3-a456-42661417400", "g23e4567-e89b-12d3-a456-426614174000"],
  uri: ["no uri", "//", "http://[::1"],
  ipv4: ["1.2.3", "256.1.1.1", "a.b.c.d"],
  ipv6: ["1::2::3", "12345::", "no"],
  hostname: ["-a.example", "a b"],
};

/** The edits of a branch that allows text. */
export function textEdits(branch: Node): Edit[] {
  const texts = textOf(branch);
  if (texts === undefined) return [];
  const [least, greatest] = [limitOf(branch, "minLength", 0), limitOf(branch, "maxLength", LONGEST)];
  const format = String(branch.format);
  const hasLimit = branch.maxLength !== undefined && greatest < LONGEST;
  const isFree = branch.pattern === undefined && branch.format === undefined;
  return [
    ...(least > 0
      ? [
          broken(
            "minLength",
            texts.map((text) => cut(text, least - 1)),
          ),
        ]
      : []),
    ...(least > 1 ? [broken("minLength", [""])] : []),
    ...(hasLimit
      ? [
          broken(
            "maxLength",
            texts.map((text) => lengthened(text, greatest + 1)),
          ),
        ]
      : []),
    ...(branch.pattern === undefined ? [] : patternBroken(branch, texts)),
    ...(Object.hasOwn(MALFORMED, format) ? (MALFORMED[format] ?? []).map((text) => broken("format", [text])) : []),
    ...(isFree && least === 0 ? [edge("an empty text", "")] : []),
    ...(isFree && hasLimit ? [edge("the longest text", "a".repeat(greatest))] : []),
    ...(isFree && least > 0 ? [edge("the shortest text", "a".repeat(least))] : []),
    ...UNUSUAL.flatMap(([rule, text]) => {
      const whole = [text, text.repeat(least), `a${text}a`, `${"a".repeat(least)}${text}`].find((one) =>
        fits(branch, one),
      );
      return branch.format === undefined && whole !== undefined ? [edge(rule, whole)] : [];
    }),
  ];
}

function patternBroken(branch: Node, texts: fc.Arbitrary<string>): Edit[] {
  const pattern = patternOf(branch);
  const least = limitOf(branch, "minLength", 0);
  const variants: readonly ((text: string) => string)[] = [
    (text) => `${text}\n`,
    (text) => `${text} `,
    (text) => ` ${text}`,
    (text) => `${text}\u0000`,
    (text) => text.toUpperCase(),
    (text) => text.toLowerCase(),
    (text) => `!${text.slice(1)}`,
    () => "é".repeat(Math.max(1, least)),
    () => "!".repeat(Math.max(1, least)),
    () => "1".repeat(Math.max(1, least)),
    () => "a".repeat(Math.max(1, least)),
  ];
  const short = { ...branch, pattern: undefined };
  const breaks = (text: string) => fits(short, text) && pattern?.test(text) === false;
  const found = fc
    .sample(texts, { numRuns: 5, seed: 1 })
    .map((text) => variants.map((vary) => vary(text)).filter(breaks));
  const candidates = [...new Set(found.flat())];
  if (candidates.length === 0) return [];
  // What is altogether different first, then what is nearly right: a pattern without anchors lets that through.
  const clear = candidates.filter((text) => /^(é+|!+.*|1+|a+)$/.test(text));
  const near = candidates.filter((text) => !clear.includes(text));
  return [clear, near].filter((list) => list.length > 0).map((list) => broken("pattern", list));
}

function cut(text: string, length: number): string {
  return [...text].slice(0, length).join("");
}

/** The text at a greater length, by its own characters, so that it goes on matching a pattern of one class. */
function lengthened(text: string, length: number): string {
  const last = [...text].at(-1) ?? "a";
  const inner = [...text].at(Math.floor(lengthOf(text) / 2)) ?? last;
  const cutAt = Math.floor(lengthOf(text) / 2);
  const characters = [...text];
  const filling = inner.repeat(Math.max(0, length - characters.length));
  return [...characters.slice(0, cutAt), filling, ...characters.slice(cutAt)].join("");
}
