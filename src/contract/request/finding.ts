import { escapePointer, isNode, valueAt } from "../document/document.ts";
import type { RequestParts } from "./express-request.ts";
import type { Violation } from "./violation.ts";

/** An error of express-openapi-validator. */
interface ReportedError {
  readonly status?: number;
  readonly path?: string;
  readonly message: string;
  readonly errors?: readonly Finding[];
}

interface Finding {
  readonly path?: string;
  readonly message?: string;
  readonly errorCode?: string;
}

/** The package's names for the places of parameters, and OpenAPI's. */
const PLACES: Readonly<Record<string, string>> = { headers: "header", params: "path", cookies: "cookie" };

/** Texts for people, in place of those in which the package speaks of schemas. */
const PLAINLY: Readonly<Record<string, string>> = {
  "required.openapi.validation": "is required",
  "additionalProperties.openapi.validation": "is not a field that this operation knows",
  "pattern.openapi.validation": "is not of the right form",
};

/**
 * The package's error as violations. Throws an error that says nothing about the request: it is a fault of the server.
 *
 * @param parts what the package was given
 */
export function toViolations(error: unknown, { body, envelope }: RequestParts): Violation[] {
  const reported = error as ReportedError;
  if (reported.status === undefined || reported.status >= 500) throw error;
  const findings: readonly Finding[] = reported.errors?.length ? reported.errors : [reported];
  // That the branch of a condition does not hold is told by what does not hold in it.
  const told =
    findings.length > 1 ? findings.filter(({ errorCode }) => errorCode !== "if.openapi.validation") : findings;
  return told.map(({ path = "", message = reported.message, errorCode = "" }) => {
    const detail = PLAINLY[errorCode] ?? message.replace(/^must match format "(.+)"$/, "must be a valid $1");
    const [, where = "", ...rest] = path.split("/");
    if (where === "body" && envelope) return inEnvelope(rest, errorCode, detail, body);
    if (where === "body") return { in: "body", pointer: toPointer(rest, errorCode, body), detail };
    return { in: PLACES[where] ?? where, name: rest.join("/"), detail };
  });
}

/** The violation at a path in an envelope. */
function inEnvelope(path: readonly string[], errorCode: string, detail: string, body: unknown): Violation {
  const [where = "", ...rest] = path;
  if (where === "content") return { in: "body", pointer: toPointer(rest, errorCode, body), detail };
  const [name = "", ...inside] = rest;
  const place = inside.length > 0 ? ` (at /${inside.join("/")})` : "";
  return { in: where, name: name.replaceAll("~1", "/").replaceAll("~0", "~"), detail: detail + place };
}

/**
 * The JSON pointer (RFC 6901) for a path of the package. The tokens of such a path are escaped, but the name of a missing or
 * an unknown member at its end is not, and may look like several tokens. The body decides: where the member can stand in it.
 */
function toPointer(tokens: readonly string[], errorCode: string, body: unknown): string {
  const write = (names: readonly string[]) => names.map((name) => `/${name}`).join("");
  const keyword = errorCode.split(".")[0] ?? "";
  if (!ENDS_IN_A_NAME.has(keyword)) return write(tokens);
  for (let end = tokens.length - 1; end >= 0; end -= 1) {
    const holder = valueAt(body, tokens.slice(0, end));
    const name = tokens.slice(end).join("/");
    if (isNode(holder) && Object.hasOwn(holder, name) === (keyword !== "required")) {
      return write([...tokens.slice(0, end), escapePointer(name)]);
    }
  }
  return write(tokens);
}

const ENDS_IN_A_NAME = new Set(["required", "additionalProperties", "unevaluatedProperties"]);
