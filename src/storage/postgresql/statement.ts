/** A statement as PostgreSQL takes it: its text with numbered parameters, and a name under which a connection keeps it prepared. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The number of statements whose texts are kept: more than the program has, and a bound for lists of any length. */
const MOST_KEPT = 1_000;

/** What is skipped (texts, names) or replaced (a place for a parameter) in a statement. */
const PARTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\?|\$(?<number>\d+)/g;

/**
 * Translates statements, and keeps the translations. Places are numbered, and get the type of their value: SQLite takes any value
 * anywhere, while PostgreSQL takes an untyped one in a list of values or a `select` for text.
 */
export function createTranslator(): (sql: string, parameters: readonly unknown[]) => Statement {
  const kept = new Map<string, Statement>();
  let named = 0;
  return (sql, parameters) => {
    const types = parameters.map(typeOf);
    const key = `${types.join()} ${sql}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size === MOST_KEPT) kept.clear();
    let place = 0;
    const text = sql.replaceAll(PARTS, (part, number: string | undefined) => {
      if (part !== "?" && number === undefined) return part;
      const index = number === undefined ? place++ : Number(number) - 1;
      return `$${index + 1}${types[index] ?? ""}`;
    });
    named += 1;
    const statement = { name: `kudos_${named}`, text };
    kept.set(key, statement);
    return statement;
  };
}

/** The cast of a parameter by its value; none for texts, whose place has a type, and for null. */
function typeOf(value: unknown): string {
  if (typeof value === "number") return Number.isSafeInteger(value) ? "::bigint" : "::double precision";
  if (typeof value === "boolean") return "::boolean";
  return value instanceof Date ? "::timestamptz" : "";
}

/** Stands for a NUL, which PostgreSQL has in no text: a code point that is no character, so that no stored text equals it. */
const NO_CHARACTER = "\uffff";

/**
 * A parameter as `pg` sends it. A text with a NUL, which somebody looks for, is one that is not there; the contract lets none be stored.
 *
 * @throws {TypeError} when SQL has no value for it, such as a number that is not finite
 */
export function bound(value: unknown): unknown {
  if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", NO_CHARACTER) : value;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new TypeError("A parameter of the statement has no value in SQL.");
    return value.toISOString();
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError("A parameter of the statement has no value in SQL.");
  }
  return value;
}
