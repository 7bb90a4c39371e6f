/** With more around it, what is around a common password can be hard to guess by itself. */
const MOST_AROUND = 7;

/** Shorter words stand in many passwords by chance. */
const LEAST_LETTERS = 4;

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
 * Whether a password is a word that everybody tries with a few digits or signs around it, as `Summer2024!` is: rules that ask for
 * those make people add them, and programs that guess add the same.
 *
 * @param common passwords in lower case
 * @param about words that this password must not rest on, in any case
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
