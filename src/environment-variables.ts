/** A kind of value, and how it is written as text. */
export interface Kind<T> {
  /** Completes the sentence "NAME must be …". */
  readonly expects: string;
  /** The value of a text; undefined when the text is not of this kind. */
  readonly read: (text: string, production: boolean) => T | undefined;
}

/** An environment variable. */
export interface Variable<T> extends Kind<T> {
  readonly name: string;
  /** The text of a variable that is not set; undefined for a variable without default. */
  readonly fallback: (production: boolean) => string | undefined;
  /** The line of `--help`. */
  readonly help: string;
}

type Variables = Readonly<Record<string, Variable<unknown>>>;
type Values<Table extends Variables> = {
  -readonly [Key in keyof Table]: Table[Key] extends Variable<infer T> ? T : never;
};

/** A variable without default: its setting is undefined when the variable is not set. */
export function optional<T>(name: string, kind: Kind<T>, help: string): Variable<T | undefined> {
  return { name, fallback: () => undefined, ...kind, help };
}

/** A variable with a default, which is a text like one from the environment. */
export function variable<T>(
  name: string,
  fallback: string | ((production: boolean) => string),
  kind: Kind<T>,
  help: string,
): Variable<T> {
  return { name, fallback: typeof fallback === "string" ? () => fallback : fallback, ...kind, help };
}

/** The values of a table of variables, by the table's keys, and a line for each text that is not of its variable's kind. */
export function readVariables<Table extends Variables>(
  table: Table,
  environment: NodeJS.ProcessEnv,
): { readonly values: Values<Table>; readonly faults: readonly string[] } {
  const production = environment.NODE_ENV === "production";
  const faults: string[] = [];
  const values = Object.entries(table).map(([key, { name, fallback, expects, read }]) => {
    const given = environment[name] || fallback(production);
    const value = given === undefined ? undefined : read(given, production);
    if (given !== undefined && value === undefined) faults.push(`${name} must be ${expects}`);
    return [key, value];
  });
  return { values: Object.fromEntries(values), faults };
}

/** Any text. */
export function text(expects: string): Kind<string> {
  return { expects, read: (given) => given };
}

/** A whole number in decimal digits, both limits included. */
export function wholeNumber(least: number, most: number): Kind<number> {
  const read = (given: string) => {
    const value = Number(given);
    return /^\d{1,6}$/.test(given) && value >= least && value <= most ? value : undefined;
  };
  return { expects: `a number from ${least} to ${most}`, read };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A number of days; the value is in milliseconds. */
export const days: Kind<number> = {
  expects: "a number of days from 1 to 3650",
  read: (given) => {
    const value = wholeNumber(1, 3_650).read(given, false);
    return value === undefined ? undefined : value * DAY_MS;
  },
};

/** One of some words. */
export function oneOf(...words: readonly string[]): Kind<string> {
  return { expects: words.join(", "), read: (given) => (words.includes(given) ? given : undefined) };
}

/** One of some words, each with the value that it stands for. */
export function choice<T>(values: Readonly<Record<string, T>>): Kind<T> {
  return {
    expects: Object.keys(values).join(" or "),
    read: (given) => (Object.hasOwn(values, given) ? values[given] : undefined),
  };
}

/** Origins (RFC 6454 §6.2) of http and https, separated by commas. */
export const origins: Kind<ReadonlySet<string>> = {
  expects: "origins like https://app.example, separated by commas",
  read: (given) => {
    const list = given
      .split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== "");
    return list.every(isOrigin) ? new Set(list) : undefined;
  },
};

function isOrigin(given: string): boolean {
  const url = URL.parse(given);
  return url?.origin === given && ["http:", "https:"].includes(url.protocol);
}
