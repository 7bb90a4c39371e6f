import { isDeepStrictEqual } from "node:util";
import { type ContractDocument, isNode, type Located, type Node, resolve } from "../document/document.ts";
import { breaks, type Change, type Sender, type Shift } from "./change.ts";
import { compareKeywords, isAnnotation } from "./schema-keywords.ts";

/** A place in both documents whose schemas are compared. */
export interface SchemaPlace {
  /** The place in the words of HTTP. */
  readonly where: string;
  readonly sender: Sender;
  /** Whether what is sent is a refusal: a client has to expect reasons that it does not know. */
  readonly refusal: boolean;
}

interface Side {
  readonly document: ContractDocument;
  readonly schema: unknown;
}

/**
 * The differences of two schemas that matter to clients. A member that a server adds to its answers breaks nobody: clients are expected
 * to ignore members that they do not know. Nor does a member that is named where any was taken: nobody is expected to send undeclared ones.
 */
export function compareSchemas(before: Side, after: Side, place: SchemaPlace, seen = new Set<string>()): Change[] {
  const told = (shift: Shift, what: string): Change => ({
    breaking: breaks(shift, place.sender),
    where: place.where,
    what,
  });
  const [earlier, later] = [flatten(before), flatten(after)];
  if (!earlier || !later) {
    const same = isDeepStrictEqual(before.schema ?? true, after.schema ?? true);
    return same ? [] : [told(earlier ? "wider" : "narrower", earlier ? "has no schema now" : "has a schema now")];
  }
  // Schemas that contain themselves: the pair under comparison is not begun again.
  const pair = `${earlier.pointer} ${later.pointer}`;
  if (earlier.pointer !== "" && seen.has(pair)) return [];
  const inner = new Set([...seen, pair]);
  const compare = (one: unknown, other: unknown, step: string): Change[] =>
    compareSchemas(
      { ...before, schema: one },
      { ...after, schema: other },
      { ...place, where: `${place.where}${step}` },
      inner,
    );
  const keywords = compareKeywords(earlier.node, later.node).map(({ shift, what }) => {
    const expected = place.refusal && shift === "wider" && /^the value .* is new$/.test(what);
    return { ...told(shift, what), ...(expected && { breaking: false }) };
  });
  return [
    ...keywords,
    ...compareMembers(earlier.node, later.node, place, compare),
    ...("items" in earlier.node || "items" in later.node ? compare(earlier.node.items, later.node.items, "/*") : []),
    ...["oneOf", "anyOf"].flatMap((name) => compareChoices(earlier.node[name], later.node[name], told, compare)),
  ];
}

type Compare = (before: unknown, after: unknown, step: string) => Change[];

function compareMembers(before: Node, after: Node, place: SchemaPlace, compare: Compare): Change[] {
  const [earlier, later] = [before, after].map(({ properties }) => (isNode(properties) ? properties : {})) as [
    Node,
    Node,
  ];
  const at = (name: string) => `${place.where}/${name}`;
  const gone = Object.keys(earlier).filter((name) => !(name in later));
  const added = Object.keys(later).filter((name) => !(name in earlier));
  const kept = Object.keys(earlier).filter((name) => name in later);
  const open = (schema: Node) => schema.additionalProperties ?? true;
  return [
    ...gone.map((name): Change => ({ breaking: true, where: at(name), what: "is gone" })),
    ...added.flatMap((name): Change[] => [
      { breaking: false, where: at(name), what: "is new" },
      // A map takes values of one schema under any name: now this name has another.
      ...(isNode(before.additionalProperties) ? compare(before.additionalProperties, later[name], `/${name}`) : []),
    ]),
    ...kept.flatMap((name) => compare(earlier[name], later[name], `/${name}`)),
    ...compareOpenness(open(before), open(after), place, compare),
  ];
}

/** What a schema says of members that it does not name. */
function compareOpenness(before: unknown, after: unknown, place: SchemaPlace, compare: Compare): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isNode(before) && isNode(after)) return compare(before, after, "/*");
  const closed = after === false || isNode(after);
  const what = closed ? "takes fewer members that it does not name" : "may have members that it does not name";
  return [{ breaking: place.sender === "client" && closed && before !== false, where: place.where, what }];
}

/** Choices are matched by what they are, else by their order. */
function compareChoices(
  before: unknown,
  after: unknown,
  told: (shift: Shift, what: string) => Change,
  compare: Compare,
): Change[] {
  if (isDeepStrictEqual(before, after)) {
    return Array.isArray(before) ? before.flatMap((choice) => compare(choice, choice, "")) : [];
  }
  if (!Array.isArray(before) || !Array.isArray(after)) return [told("other", "has other choices of schemas")];
  const equal = (list: readonly unknown[], choice: unknown) => list.some((other) => isDeepStrictEqual(choice, other));
  const earlier = before.filter((choice) => !equal(after, choice));
  const later = after.filter((choice) => !equal(before, choice));
  const same = before.filter((choice) => equal(after, choice)).flatMap((choice) => compare(choice, choice, ""));
  if (earlier.length === later.length)
    return [...same, ...earlier.flatMap((choice, index) => compare(choice, later[index], ""))];
  if (earlier.length === 0) return [...same, told("wider", "may be one of more schemas")];
  if (later.length === 0) return [...same, told("narrower", "may be one of fewer schemas")];
  return [...same, told("other", "has other choices of schemas")];
}

/** The schema as one object: `$ref` followed, with what stands beside it, and `allOf` merged where that does not change its meaning. */
function flatten({ document, schema }: Side): Located | undefined {
  if (!isNode(schema)) return undefined;
  const target = resolve(document, { node: schema, pointer: "" });
  if (!target) return undefined;
  const { $ref, ...beside } = schema;
  const own: Node = $ref === undefined ? target.node : { ...target.node, ...beside };
  const { allOf, ...rest } = own;
  if (!Array.isArray(allOf)) return { node: own, pointer: target.pointer };
  const parts: Node[] = [rest];
  for (const part of allOf) {
    const flat = flatten({ document, schema: part });
    if (!flat || "allOf" in flat.node) return { node: own, pointer: target.pointer };
    parts.push(flat.node);
  }
  return { node: merge(parts) ?? own, pointer: target.pointer };
}

/** Keywords that may stand in several schemas of an `allOf`: together they mean the union of their members. */
const UNITED = new Set(["properties", "required"]);

/** One schema that means what all of them mean together; undefined where two say something of the same. */
function merge(parts: readonly Node[]): Node | undefined {
  const names = parts.flatMap((part) => Object.keys(part)).filter((name) => !isAnnotation(name));
  const members = parts.flatMap(({ properties }) => (isNode(properties) ? Object.keys(properties) : []));
  const twice = names.some((name, index) => names.indexOf(name) !== index && !UNITED.has(name) && name !== "type");
  const types = new Set(parts.flatMap(({ type }) => (type === undefined ? [] : [JSON.stringify(type)])));
  // What a schema says of members that it does not name depends on those that it does name.
  if (twice || types.size > 1 || new Set(members).size < members.length || names.includes("additionalProperties"))
    return undefined;
  const properties = Object.assign({}, ...parts.map((part) => part.properties));
  const required = [...new Set(parts.flatMap((part) => part.required ?? []))];
  return Object.assign({}, ...parts, members.length > 0 && { properties }, required.length > 0 && { required });
}
