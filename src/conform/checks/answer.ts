import { isNode, valueAt } from "../../contract/document/document.ts";
import type { DeclaredResponse, Operation } from "../../contract/document/operation.ts";
import { covers, isJson } from "../http/content.ts";
import { fieldOf, fieldsOf, type RawAnswer } from "../http/read-answer.ts";
import { responseFor, type Subject } from "../subject.ts";
import { branchesOf, typesOf } from "../values/schema.ts";

/** Statuses that have no content (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const WITHOUT_CONTENT = [204, 205, 304];

/** The content of an answer as a value: what JSON says, else its text; undefined when there is none, or it is not what it says it is. */
export function contentOf(answer: RawAnswer): unknown {
  if (answer.body.length === 0) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(answer.body);
    return isJson(fieldOf(answer, "content-type") ?? "") ? JSON.parse(text) : text;
  } catch {
    return undefined;
  }
}

/**
 * Everything in an answer that the document does not declare for the operation, a sentence each: the status, the media type, headers and
 * the content; and what HTTP itself asks of the status.
 */
export function faultsOf(subject: Subject, operation: Operation, method: string, answer: RawAnswer): string[] {
  const { status } = answer;
  const declared = responseFor(subject.document, operation, status);
  // A failure of the server is one, whether it was foreseen or not. 503 says that it is none.
  if (status >= 500 && !(status === 503 && declared)) return [`answers ${status}`];
  if (declared === undefined) return [`answers ${status}, which is not declared`];
  return [
    ...protocolFaults(method, answer),
    ...headerFaults(subject, declared, answer),
    ...(method === "HEAD" || WITHOUT_CONTENT.includes(status) ? [] : contentFaults(subject, declared, answer)),
  ];
}

/** What HTTP says of any answer with its status. */
export function protocolFaults(method: string, answer: RawAnswer): string[] {
  const { status, body, excess } = answer;
  const is = (name: string) => fieldOf(answer, name) !== undefined;
  const isEmpty = method === "HEAD" || WITHOUT_CONTENT.includes(status);
  return [
    ...(isEmpty && (excess > 0 || body.length > 0) ? [`${status} to ${method} has content`] : []),
    ...(!isEmpty && excess > 0 ? [`${status} goes on behind its end`] : []),
    ...(status === 204 && (Number(fieldOf(answer, "content-length") ?? 0) > 0 || is("content-type"))
      ? ["204 tells of content, and has none"]
      : []),
    ...(body.length > 0 && !is("content-type") ? [`${status} has content without Content-Type`] : []),
    ...(status === 401 && !is("www-authenticate") ? ["401 has no WWW-Authenticate"] : []),
    ...(status === 405 && !is("allow") ? ["405 has no Allow"] : []),
  ];
}

function headerFaults(subject: Subject, declared: DeclaredResponse, answer: RawAnswer): string[] {
  return [...declared.headers].flatMap(([name, { required, schema }]) => {
    if (name.toLowerCase() === "content-type") return [];
    const values = fieldsOf(answer, name);
    if (values.length === 0) return required ? [`${answer.status} lacks the header ${name}`] : [];
    if (schema === undefined) return [];
    const texts = name.toLowerCase() === "set-cookie" ? values : [values.join(", ")];
    const fault = texts.map((text) => headerFault(subject, schema, text)).find((one) => one !== undefined);
    return fault === undefined ? [] : [`the header ${name} of ${answer.status} is not as declared: ${fault}`];
  });
}

/** The fault of a field value. A list is written with commas (OpenAPI 3.1, style `simple`). */
function headerFault({ answers, document }: Subject, pointer: string, text: string): string | undefined {
  const schema = valueAt(document.root, pointer.split("/").slice(1));
  const types = isNode(schema) ? branchesOf(document, schema).flatMap(typesOf) : [];
  if (types.length !== 1 || types[0] !== "array") return answers.checkText(pointer, text);
  const items = text.split(",").map((item) => item.trim());
  const numbers = items.map((item) => (item !== "" && Number.isFinite(Number(item)) ? Number(item) : item));
  return answers.check(pointer, items) === undefined ? undefined : answers.check(pointer, numbers);
}

function contentFaults(subject: Subject, declared: DeclaredResponse, answer: RawAnswer): string[] {
  const { mediaTypes } = declared;
  const { status, body } = answer;
  // A response that declares no content says nothing about it.
  if (mediaTypes.size === 0) return [];
  if (body.length === 0) return [`${status} lacks its content`];
  const contentType = fieldOf(answer, "content-type");
  if (contentType === undefined) return [];
  const found = [...mediaTypes].find(([type]) => covers(type, contentType));
  if (found === undefined) return [`${status} has the media type ${contentType}, which is not declared`];
  const [, pointer] = found;
  const value = contentOf(answer);
  if (value === undefined)
    return [`the content of ${status} is no ${isJson(contentType) ? "JSON in UTF-8" : "text in UTF-8"}`].filter(() =>
      isReadable(contentType),
    );
  if (pointer === undefined || !(isJson(contentType) || isText(subject, pointer))) return [];
  const fault = subject.answers.check(pointer, value);
  return fault === undefined ? [] : [`the content of ${status} is not as declared: ${fault}`];
}

function isReadable(contentType: string): boolean {
  return isJson(contentType) || contentType.startsWith("text/");
}

/** Is the schema about a text? Another one, beside YAML or a form, is about what the text says. */
function isText({ document }: Subject, pointer: string): boolean {
  const schema = valueAt(document.root, pointer.split("/").slice(1));
  return isNode(schema) && branchesOf(document, schema).every((branch) => typesOf(branch).includes("string"));
}
