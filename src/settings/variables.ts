/** A kind of value, and how it is written as text. */
export interface Kind<T> {
  /** Whether a text can hold a password: it is never repeated. */
  readonly secret?: true;
  /** Completes the sentence "NAME is "x", but must be …". */
  readonly expects: string;
  /** The value of a text; undefined when the text is not of this kind. */
  readonly read: (text: string, production: boolean) => T | undefined;
  /** What is wrong with a text that is not of this kind; undefined where there is no more to say. */
  readonly fault?: (text: string, production: boolean) => string | undefined;
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

/**
 * The values of a table of variables, by the table's keys, and a line for each text that is not of its variable's kind. The line
 * repeats the text, unless it is as long as a key: that could have got into the wrong variable.
 */
export function readVariables<Table extends Variables>(
  table: Table,
  environment: NodeJS.ProcessEnv,
): { readonly values: Values<Table>; readonly faults: readonly string[] } {
  const production = environment.NODE_ENV === "production";
  const faults: string[] = [];
  const values = Object.entries(table).map(([key, { name, fallback, expects, read, fault, secret }]) => {
    const given = environment[name] || fallback(production);
    const value = given === undefined ? undefined : read(given, production);
    if (given !== undefined && value === undefined) {
      const reason = fault?.(given, production);
      const told = secret === true ? undefined : shown(given);
      const sentence =
        told === undefined
          ? `${name} must be ${expects}, but is something else`
          : `${name} is ${told}, but must be ${expects}`;
      faults.push(reason === undefined ? sentence : `${sentence}: ${reason}`);
    }
    return [key, value];
  });
  return { values: Object.fromEntries(values), faults };
}

/** A text that a key could be part of, and the longest one that is shown. */
const KEY_LIKE = /[\w+/-]{32}/;
const LONGEST_SHOWN = 100;

/** A text for a message; undefined for one that is not to be shown. */
function shown(given: string): string | undefined {
  if (KEY_LIKE.test(given) || given.length > LONGEST_SHOWN) return undefined;
  return JSON.stringify(given).replace(/[\p{C}\u2028\u2029]/gu, "\ufffd");
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
  const fault = (given: string) => {
    if (!/^\d+$/.test(given)) return "it is no whole number in digits";
    return Number(given) > most ? "it is too high" : "it is too low, or has zeros in front";
  };
  return { expects: `a number from ${least} to ${most}`, read, fault };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A number of days; the value is in milliseconds. */
export const days: Kind<number> = {
  expects: "a number of days from 1 to 3650",
  read: (given) => {
    const value = wholeNumber(1, 3_650).read(given, false);
    return value === undefined ? undefined : value * DAY_MS;
  },
  fault: wholeNumber(1, 3_650).fault ?? (() => undefined),
};

/** A number of minutes; the value is in milliseconds. */
export const minutes: Kind<number> = {
  ...wholeNumber(1, 1_440),
  expects: "a number of minutes from 1 to 1440",
  read: (given) => {
    const value = wholeNumber(1, 1_440).read(given, false);
    return value === undefined ? undefined : value * 60_000;
  },
};

/** One of some words. */
export function oneOf(...words: readonly string[]): Kind<string> {
  return choice(Object.fromEntries(words.map((word) => [word, word])), ", ");
}

/** One of some words, each with the value that it stands for. */
export function choice<T>(values: Readonly<Record<string, T>>, separator = " or "): Kind<T> {
  return {
    expects: Object.keys(values).join(separator),
    read: (given) => (Object.hasOwn(values, given) ? values[given] : undefined),
    fault: (given) => {
      const meant = given.trim().toLowerCase();
      return Object.hasOwn(values, meant) ? `write ${meant}, in lower case and without spaces` : undefined;
    },
  };
}
