import { indented, literalOf, type SampleRequest } from "./sample-request.ts";

/** The request as a JavaScript module for Node and browsers; credentials come from the environment or the start page's storage. */
export function fetchSample({ method, url, headers, body, credentials }: SampleRequest): string {
  const fields = [
    ...credentials.map(({ header, prefix, variable }) =>
      prefix === "" ? `${quoted(header)}: ${variable}` : `${quoted(header)}: \`${prefix}\${${variable}}\``,
    ),
    ...headers.map(([name, value]) => `${quoted(name)}: ${quoted(value)}`),
  ];
  const options = [
    ...(method === "GET" ? [] : [`method: ${quoted(method)}`]),
    ...(fields.length > 0 ? [`headers: {\n    ${fields.join(",\n    ")},\n  }`] : []),
    ...(body === undefined ? [] : [`body: ${content(body)}`]),
  ];
  const second = options.length > 0 ? `, {\n  ${options.join(",\n  ")},\n}` : "";
  return [
    ...credentials.map(({ variable }) => definition(variable)),
    `const response = await fetch(${quoted(url)}${second});`,
    "console.log(response.status, await response.text());",
  ].join("\n");
}

/** A browser sends a cookie by itself, and lets no script set it: there the variable counts for nothing. */
function definition(variable: string): string {
  const inBrowser = variable === "TOKEN" ? `localStorage.getItem("auth-token")` : `""`;
  return `const ${variable} = globalThis.process?.env.${variable} ?? ${inBrowser};`;
}

function content(body: string): string {
  const value = literalOf(body);
  return value === undefined ? quoted(body) : `JSON.stringify(${indented(JSON.stringify(value, null, 2), 2)})`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
