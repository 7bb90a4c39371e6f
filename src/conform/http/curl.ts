import type { WireRequest } from "./exchange.ts";

/** A text for the shell, quoted as POSIX says: bytes that cannot stand there are written in `$'…'`. */
function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (!/[\u0000-\u001f\u007f]/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text.replaceAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are written by their number.
    /[\u0000-\u001f\u007f'\\]/g,
    (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `$'${escaped}'`;
}

/** The longest body that is shown whole, in characters. */
const LONGEST = 2_000;

/**
 * A request as a command of curl, to be run by hand. Each credential is shown as a variable of the shell, so that a report may be passed on.
 *
 * @param secrets the name of the variable by the text of the credential
 */
export function curlOf(server: URL, request: WireRequest, secrets: ReadonlyMap<string, string>): string {
  const { method, target, headers, body } = request;
  const mask = (text: string) => {
    const masked = [...secrets].reduce(
      (all, [secret, name]) => (secret === "" ? all : all.replaceAll(secret, `\u0000${name}\u0000`)),
      text,
    );
    // The variable stands in double quotes, outside of the quotes around the rest.
    return masked
      .split("\u0000")
      .map((part, index) => (index % 2 === 1 ? `"$${part}"` : part === "" ? "" : quoted(part)))
      .join("");
  };
  const text = body?.toString() ?? "";
  const data =
    text.length > LONGEST ? `@- # ${text.length} characters: ${JSON.stringify(text.slice(0, 200))}…` : quoted(text);
  const content =
    body === undefined
      ? ""
      : ` --data-binary ${secrets.size > 0 && text.length <= LONGEST ? mask(text) || "''" : data}`;
  const verb = method === "HEAD" ? "--head" : `-X ${method}`;
  const fields = headers.map(([name, value]) => ` -H ${mask(value === "" ? `${name};` : `${name}: ${value}`)}`);
  return `curl -sS -i --path-as-is ${verb} ${mask(`${server.origin}${target}`)}${fields.join("")}${content}`;
}
