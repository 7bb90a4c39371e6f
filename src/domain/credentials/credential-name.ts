const LENGTH = 100;

/**
 * The name of a token or a device as it is stored: one line of at most 100 characters. It comes from the client: SQL has no spelling
 * for NUL, and a list of tokens none for line breaks.
 */
export function credentialName(name: string): string {
  const line = name.toWellFormed().replace(/\p{Cc}/gu, " ");
  return [...line.trim()].slice(0, LENGTH).join("").trim();
}
