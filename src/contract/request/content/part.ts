import type { FormDescription } from "../../document/operation.ts";
import type { Shape } from "../../schema/shape.ts";
import type { Violation } from "../violation.ts";
import { decode } from "./refusal.ts";

/** A part as the parser tells of it; its texts have one character for each byte. */
export interface Part {
  readonly name: string | null;
  readonly originalFilename: string | null;
  readonly mimetype: string | null;
}

/** The most fields and the most files beside those that are declared; more are not looked at. */
export const MOST_FIELDS = 1_000;

/** Is a part taken that has a media type of its own? What is not taken is not stored. */
export function takes(
  { name, mimetype }: Part,
  { shape, encoding }: FormDescription,
  counts: Map<string, number>,
  violations: Violation[],
): boolean {
  const key = decode(name ?? "");
  const member = shape.members.get(key);
  const count = (counts.get(key) ?? 0) + 1;
  const refusal = (detail: string) => {
    // Of many parts with a fault those of the first name tell enough.
    if (violations.length < MOST_FIELDS) violations.push({ in: "body", pointer: `/${key}`, detail });
    return false;
  };
  if (!member) return refusal("is not a field that this operation knows");
  counts.set(key, count);
  const most = member.types.includes("array") ? (member.maxItems ?? MOST_FIELDS) : 1;
  if (count > most)
    return refusal(most === 1 ? "must not be given more than once" : `must NOT have more than ${most} items`);
  const allowed = isFileMember(member) ? encoding.get(key)?.contentType : undefined;
  const mediaType = (mimetype ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (typeof allowed !== "string" || allowed.split(",").some((range) => matches(range.trim(), mediaType))) return true;
  return refusal(`must be ${allowed}`);
}

/** Is the member a file, or a list of them? */
export function isFileMember({ isFile, items }: Shape): boolean {
  return isFile || items?.isFile === true;
}

function matches(range: string, mediaType: string): boolean {
  if (range === "*/*") return true;
  return range.endsWith("/*") ? mediaType.startsWith(range.slice(0, -1)) : range.toLowerCase() === mediaType;
}
