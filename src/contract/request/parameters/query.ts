import { pairsOf } from "../content/form.ts";

/** The values of a query by their decoded names, as they were written: a style takes them apart before they are decoded. */
export type RawQuery = ReadonlyMap<string, readonly string[]>;

/** Takes apart a query whose percent-encodings are whole. */
export function readRawQuery(querystring: string): RawQuery {
  const query = new Map<string, string[]>();
  for (const pair of querystring.split("&")) {
    if (pair === "") continue;
    const end = pair.indexOf("=");
    const name = decodeForm(end === -1 ? pair : pair.slice(0, end));
    const value = end === -1 ? "" : pair.slice(end + 1);
    const earlier = query.get(name);
    if (earlier) earlier.push(value);
    else query.set(name, [value]);
  }
  return query;
}

/** The text of a name or a value in a query (URL standard §5.1); a part of a pair that has neither `&` nor, in a name, `=` in it. */
export function decodeForm(raw: string): string {
  for (const [, value] of pairsOf(`=${raw}`)) return value;
  return "";
}
