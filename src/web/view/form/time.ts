const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });

/** The day of a time of the server, where the reader is, such as "31 January 2026". */
export function day(time: string): string {
  return DAY.format(new Date(time));
}
