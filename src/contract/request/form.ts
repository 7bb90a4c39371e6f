/**
 * Reads `application/x-www-form-urlencoded` (URL standard §5.1), in which queries and HTML forms alike are written. A name
 * is taken to the letter, brackets and dots included; one that is repeated has a list. Undefined when a percent-encoding
 * is malformed.
 */
export function parseForm(text: string): Record<string, unknown> | undefined {
  if (!isDecodable(text)) return undefined;
  const form: Record<string, unknown> = Object.create(null);
  if (text === "") return form;
  // A question mark at the very beginning would be dropped.
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
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
