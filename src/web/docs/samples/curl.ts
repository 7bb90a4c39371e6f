import type { SampleRequest } from "./sample-request.ts";

/** The request as a command for a POSIX shell; credentials come from variables such as `$TOKEN`. */
export function curlSample({ method, url, headers, body, credentials }: SampleRequest): string {
  const words = ["curl"];
  // Without this, curl reads brackets in an address as patterns.
  if (/[[\]{}]/.test(url)) words.push("--globoff ");
  if (method === "HEAD") words.push("--head ");
  else if (method !== (body === undefined ? "GET" : "POST")) words.push(`-X ${method} `);
  const lines = [`${words.join(" ").trimEnd()} ${quoted(url)}`];
  for (const { header, prefix, variable } of credentials) lines.push(`-H "${header}: ${prefix}$${variable}"`);
  // "Name:" would take the header out; "Name;" sends it without a value.
  for (const [name, value] of headers) lines.push(`-H ${quoted(value === "" ? `${name};` : `${name}: ${value}`)}`);
  // `--data` would read a file if the content starts with "@".
  if (body !== undefined) lines.push(`--data-raw ${quoted(body)}`);
  return lines.join(" \\\n  ");
}

/** A word that the shell takes as it is (POSIX Shell Command Language, section 2.2.2). */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
