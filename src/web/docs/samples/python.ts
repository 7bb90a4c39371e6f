import { indented, literalOf, type SampleRequest } from "./sample-request.ts";

/** The request as a Python 3 program that needs no package; credentials come from environment variables. */
export function pythonSample({ method, url, headers, body, credentials }: SampleRequest): string {
  const value = body === undefined ? undefined : literalOf(body);
  const modules = [
    ...(value === undefined ? [] : ["json"]),
    ...(credentials.length > 0 ? ["os"] : []),
    "urllib.request",
  ];
  const fields = [
    ...credentials.map(({ header, prefix, variable }) => {
      const read = `os.environ[${quoted(variable)}]`;
      return `${quoted(header)}: ${prefix === "" ? read : `${quoted(prefix)} + ${read}`}`;
    }),
    ...headers.map(([name, text]) => `${quoted(name)}: ${quoted(text)}`),
  ];
  const options = [
    quoted(url),
    ...(method === "GET" ? [] : [`method=${quoted(method)}`]),
    ...(fields.length > 0 ? [`headers={\n        ${fields.join(",\n        ")},\n    }`] : []),
    ...(body === undefined ? [] : [`data=${value === undefined ? quoted(body) : dumped(value)}.encode()`]),
  ];
  return [
    ...modules.map((name) => `import ${name}`),
    "",
    `request = urllib.request.Request(\n    ${options.join(",\n    ")},\n)`,
    "with urllib.request.urlopen(request) as response:",
    "    print(response.status, response.read().decode())",
  ].join("\n");
}

function dumped(value: unknown): string {
  return `json.dumps(${indented(literal(value), 4)})`;
}

/** A JSON value as Python writes it. */
function literal(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const members = Array.isArray(value)
    ? value.map(literal)
    : Object.entries(value).map(([name, member]) => `${quoted(name)}: ${literal(member)}`);
  return members.length === 0
    ? `${open}${close}`
    : `${open}\n    ${members.map((one) => indented(one, 4)).join(",\n    ")},\n${close}`;
}

/** A JSON string is a Python string: Python knows all its escapes. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
