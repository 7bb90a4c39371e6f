/** The words of `NODE_ENV` that programs of Node know. */
const MODES = ["production", "development", "test"];

/**
 * A line for each variable of an environment that its operator probably did not mean: another `NODE_ENV` than the usual ones,
 * and a name that is nearly one of ours. Values of the latter are not repeated.
 *
 * @param known the names of all settings
 */
export function doubtfulVariables(environment: NodeJS.ProcessEnv, known: readonly string[]): string[] {
  const mode = environment.NODE_ENV;
  const misspelt = Object.keys(environment)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = nearest(name, known);
      return meant === undefined ? [] : [`${name} is no setting and is not read; ${meant} is one`];
    });
  if (!mode || MODES.includes(mode)) return misspelt;
  const text = JSON.stringify(mode.slice(0, 40)).replace(/\p{C}/gu, "\ufffd");
  return [`NODE_ENV is ${text} and not production: the defaults for development hold`, ...misspelt];
}

/** Shorter names are like too many others, such as HOST and HOSTNAME. */
const SHORTEST = 8;

/** The setting that a name is most like; undefined when it is like none. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const given = name.toUpperCase().replace(/^KUDOS_/, "");
  if (known.includes(given)) return given;
  if (given.length < SHORTEST) return undefined;
  const likely = known
    .filter((setting) => setting.length >= SHORTEST)
    .map((setting) => ({ setting, away: distance(given, setting) }))
    // A name without its end, such as TOKEN_LIFETIME for TOKEN_LIFETIME_DAYS, or with a few other characters.
    .filter(
      ({ setting, away }) =>
        (given.includes("_") && setting.startsWith(`${given}_`)) || away <= Math.max(1, setting.length / 5),
    )
    .toSorted((one, other) => one.away - other.away);
  return likely[0]?.setting;
}

/** The least number of characters to insert, delete or replace (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, counterpart] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (character === counterpart ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
