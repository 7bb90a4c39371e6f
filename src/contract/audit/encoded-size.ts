import {
  type ContractDocument,
  child,
  children,
  elements,
  isNode,
  type Located,
  resolve,
} from "../document/document.ts";
import { type Coding, FIELD_CODING, FORM_CODING, JSON_CODING } from "./codings.ts";

/** The longest number that a writer makes: `-1.7976931348623157e+308`. */
const NUMBER = 24;

/** The most bytes of JSON for a value of the schema, without white space around it; infinite when the schema sets no limit. */
export function mostJsonBytes(document: ContractDocument, schema: Located): number {
  return mostBytes({ document, coding: JSON_CODING, within: [] }, schema);
}

/** The most bytes of a form with the members of an object of the schema, a list as one pair for each element. */
export function mostFormBytes(document: ContractDocument, schema: Located): number {
  return mostBytes({ document, coding: FORM_CODING, within: [] }, schema);
}

/** The most bytes of a parameter's name and value in the query, the path, a header or a cookie. */
export function mostParameterBytes(document: ContractDocument, parameter: Located): number {
  const { name, in: where } = parameter.node;
  const schema = child(document, parameter, "schema");
  if (schema === undefined) return Number.POSITIVE_INFINITY;
  const coding = where === "header" || where === "cookie" ? FIELD_CODING : FORM_CODING;
  const own = where === "path" ? 0 : coding.text(name) + ": \r\n".length;
  const pairs = { document, coding, within: [], name: String(name) };
  return own + mostBytes(pairs, schema);
}

interface Walk {
  readonly document: ContractDocument;
  readonly coding: Coding;
  /** The pointers of the schemas that the walk is inside of: a schema within itself has no limit. */
  readonly within: readonly string[];
  /** The name of the field whose value this is: in a form each element of a list has it again. */
  readonly name?: string;
}

function mostBytes(walk: Walk, place: Located): number {
  // What stands beside a `$ref` holds as well as what it leads to: the narrower one is the limit.
  const { $ref } = place.node;
  const target = typeof $ref === "string" ? resolve(walk.document, place) : undefined;
  const { $ref: _, ...beside } = place.node;
  const schema = { ...place, node: beside };
  if (walk.within.includes(place.pointer)) return Number.POSITIVE_INFINITY;
  const inner = { ...walk, within: [...walk.within, place.pointer] };
  const choices = ["oneOf", "anyOf"].flatMap((keyword) => {
    const branches = elements(walk.document, schema, keyword);
    return branches.length > 0 ? [Math.max(...branches.map((branch) => mostBytes(inner, branch)))] : [];
  });
  const all = elements(walk.document, schema, "allOf").map((branch) => mostBytes(inner, branch));
  return Math.min(
    mostOfTypes(inner, schema),
    target ? mostBytes(inner, target) : Number.POSITIVE_INFINITY,
    ...choices,
    ...all,
  );
}

function mostOfTypes(walk: Walk, schema: Located): number {
  const { type, enum: listed, const: only } = schema.node;
  const { coding } = walk;
  if (only !== undefined) return coding.text(only);
  if (Array.isArray(listed)) return Math.max(...listed.map(coding.text));
  if (type === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(...[type].flat().map((each) => mostOfType(walk, schema, String(each))));
}

function mostOfType(walk: Walk, schema: Located, type: string): number {
  if (type === "null") return 4;
  if (type === "boolean") return 5;
  if (type === "number" || type === "integer") return NUMBER;
  if (type === "string") return mostOfString(walk.coding, schema);
  return type === "array" ? mostOfList(walk, schema) : mostOfObject(walk, schema);
}

function mostOfString(coding: Coding, { node: { maxLength = Number.POSITIVE_INFINITY, pattern } }: Located): number {
  const isPlain = typeof pattern === "string" && isAlphabet(pattern, coding.plain);
  return coding.quotes + Number(maxLength) * (isPlain ? 1 : coding.character);
}

/** Does a pattern allow nothing but a word and characters of one class, such as `^kudos_[A-Za-z0-9_-]+$`, each of which is written as it is? */
function isAlphabet(pattern: string, plain: RegExp): boolean {
  const [, characters] = /^\^\w*\[([^\]^\\][^\]\\]*)\](?:[+*]|\{\d+(?:,\d*)?\})\$$/.exec(pattern) ?? [];
  if (characters === undefined) return false;
  const allowed = new RegExp(`^[${characters}]$`, "u");
  const isOther = (code: number) => {
    const character = String.fromCharCode(code);
    return allowed.test(character) && !plain.test(character);
  };
  // A range that ends beyond ASCII contains its last character.
  return !/[^ -~]/.test(characters) && !Array.from({ length: 128 }, (_, code) => code).some(isOther);
}

function mostOfList({ name = "", ...walk }: Walk, schema: Located): number {
  const { coding } = walk;
  const items = child(walk.document, schema, "items");
  const { maxItems = Number.POSITIVE_INFINITY, uniqueItems } = schema.node;
  if (items === undefined) return Number.POSITIVE_INFINITY;
  const different =
    uniqueItems === true && Array.isArray(items.node.enum) ? items.node.enum.length : Number.POSITIVE_INFINITY;
  const count = Math.min(Number(maxItems), different);
  const again = coding.quotes === 0 ? coding.text(name) + coding.colon : 0;
  return count === 0 ? coding.brackets : coding.brackets + count * (mostBytes(walk, items) + coding.separator + again);
}

function mostOfObject(walk: Walk, schema: Located): number {
  const { coding, document } = walk;
  const { additionalProperties, patternProperties } = schema.node;
  // Members that the schema does not name may be of any number.
  if (additionalProperties !== false || isNode(patternProperties)) return Number.POSITIVE_INFINITY;
  const members = children(document, schema, "properties").map(
    ([name, value]) => coding.text(name) + coding.colon + mostBytes({ ...walk, name }, value) + coding.separator,
  );
  return coding.brackets + members.reduce((sum, bytes) => sum + bytes, 0);
}
