/** A value in the middle, and the least and the greatest beside it. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The value below which a part (0 to 1) of the values lies; NaN of none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** The median of some values, with the mean of the middle two where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/**
 * The ratio of two lists of values that were measured in the same rounds: a ratio for each round, so that what slows the
 * whole machine in a round slows both sides of it.
 */
export function ratio(values: readonly number[], others: readonly number[]): Spread {
  return spread(values.map((value, round) => value / (others[round] ?? Number.NaN)));
}
