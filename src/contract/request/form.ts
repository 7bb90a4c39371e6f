/**
 * Reads `application/x-www-form-urlencoded` (URL standard §5.1), the format of queries and of HTML forms. A name is taken to
 * the letter, brackets and dots included; a repeated name has a list. Undefined when a percent-encoding is malformed.
 */
export function parseForm(text: string): Record<string, unknown> | undefined {
  const form: Record<string, unknown> = Object.create(null);
  if (text === "") return form;
  if (!isDecodable(text)) return undefined;
  // The `&` in front keeps a leading question mark, which URLSearchParams would drop.
  for (const [name, value] of new URLSearchParams(`&${text}`)) {
    const earlier = form[name];
    if (earlier === undefined) form[name] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else form[name] = [earlier, value];
  }
  return form;
}

/** Is every percent-encoding whole, and does it give UTF-8 (RFC 3986 §2.1, RFC 3629)? */
export function isDecodable(text: string): boolean {
  if (!text.includes("%")) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
