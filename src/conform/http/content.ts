import { isNode } from "../../contract/document/document.ts";
import { textOfValue } from "./parameter-style.ts";

/** The media type of a field value, without its parameters, in lower case (RFC 9110 §8.3.1). */
export function essenceOf(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

/** Is the content of this media type JSON (RFC 6839 §3.1)? */
export function isJson(mediaType: string): boolean {
  const essence = essenceOf(mediaType);
  return essence === "application/json" || essence.endsWith("+json");
}

export function isForm(mediaType: string): boolean {
  return essenceOf(mediaType) === "application/x-www-form-urlencoded";
}

const BOUNDARY = "conform-boundary";

/** The `Content-Type` that content of a declared media type, or range, is sent with. */
export function contentTypeOf(mediaType: string): string {
  const essence = essenceOf(mediaType);
  if (essence === "multipart/form-data") return `${essence}; boundary=${BOUNDARY}`;
  if (essence === "*/*" || essence === "application/*") return "application/json";
  return essence === "text/*" ? "text/plain" : mediaType;
}

/** The bytes of a value in a media type: JSON, a form, or text. */
export function bytesOf(mediaType: string, value: unknown): Buffer {
  const type = contentTypeOf(mediaType);
  if (isJson(type)) return Buffer.from(JSON.stringify(value) ?? "");
  if (isForm(type)) return Buffer.from(formOf(value));
  if (essenceOf(type) === "multipart/form-data") return Buffer.from(partsOf(value));
  return Buffer.from(textOfValue(value));
}

/** A form (WHATWG URL §5): lists repeat their name. */
function formOf(value: unknown): string {
  const pairs = Object.entries(isNode(value) ? value : {}).flatMap(([name, member]) =>
    [member].flat().map((item) => [name, textOfValue(item)] as [string, string]),
  );
  return new URLSearchParams(pairs).toString();
}

function partsOf(value: unknown): string {
  const parts = Object.entries(isNode(value) ? value : {}).flatMap(([name, member]) =>
    [member].flat().map((item) => {
      const type = isNode(item) ? "\r\nContent-Type: application/json" : "";
      return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${type}\r\n\r\n${textOfValue(item)}\r\n`;
    }),
  );
  return `${parts.join("")}--${BOUNDARY}--\r\n`;
}

/** Does a media type fall under a declared one, which may be a range such as `text/*`? */
export function covers(declared: string, mediaType: string): boolean {
  const [range, essence] = [essenceOf(declared), essenceOf(mediaType)];
  if (range === "*/*" || range === essence) return true;
  return range.endsWith("/*") && essence.startsWith(range.slice(0, -1));
}
