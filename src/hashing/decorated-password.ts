/** The most characters around the word. More of them can be hard to guess by themselves. */
const MOST_AROUND = 7;

/** The fewest letters of the word. Shorter words are part of many passwords by chance. */
const LEAST_LETTERS = 4;

// The letters that digits and signs stand for; `1` and `!` stand for two of them.
const LETTERS: readonly Readonly<Record<string, string>>[] = ["i", "l"].map((one) => ({
  "4": "a",
  "@": "a",
  "3": "e",
  "1": one,
  "!": one,
  "0": "o",
  $: "s",
  "5": "s",
  "7": "t",
}));

/**
 * Whether a password is a common word with a few digits or signs around it, such as `Summer2024!`. Rules that demand
 * digits and signs make people add them to such words, and guessing programs add the same.
 *
 * @param common common passwords, in lower case
 * @param about words that an attacker knows of the user, in any case
 */
export function isDecorated(password: string, common: ReadonlySet<string>, about: readonly string[]): boolean {
  const words = new Set(about.map((word) => word.toLowerCase()));
  const text = password.toLowerCase();
  const led = text.replace(/[^\p{L}]+$/u, "");
  return [led, led.replace(/^[^\p{L}]+/u, "")]
    .filter((core) => core.length >= LEAST_LETTERS && text.length - core.length <= MOST_AROUND)
    .flatMap((core) => [core, ...LETTERS.map((letters) => core.replace(/[^a-z]/g, (sign) => letters[sign] ?? sign))])
    .some((core) => common.has(core) || words.has(core));
}
