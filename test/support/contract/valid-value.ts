import fc from "fast-check";
import {
  type ContractDocument,
  child,
  children,
  elements,
  type Located,
  resolve,
} from "../../../src/contract/document/document.ts";

/** Characters of each length in JSON and in a form: plain, escaped by one sign, by six, of two, three and four bytes, white space. */
const CHARACTERS = ["a", "0", "_", "@", '"', "\\", "\u0001", " ", "ü", "€", "\u2028", "🍀"];

/**
 * Values of a schema, those at its limits among them: the longest texts of each character, all members, the longest lists. What a pattern
 * allows is found by changing the examples of the schema.
 */
export function validValue(document: ContractDocument, place: Located): fc.Arbitrary<unknown> {
  const located = resolve(document, place);
  if (!located) throw new Error(`${place.pointer} leads nowhere`);
  const { node, pointer } = located;
  const beside = place.node.$ref === undefined ? {} : place.node;
  const { $ref: _, ...schema } = { ...node, ...beside };
  const here = { node: schema, pointer };
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const branches = ["oneOf", "anyOf"].flatMap((keyword) => elements(document, here, keyword));
  if (branches.length > 0) return fc.oneof(...branches.map((branch) => validValue(document, branch)));
  if (schema.type === undefined) return fc.jsonValue({ maxDepth: 1 });
  return fc.oneof(...[schema.type].flat().map((type) => ofType(document, here, String(type))));
}

function ofType(document: ContractDocument, located: Located, type: string): fc.Arbitrary<unknown> {
  const { node } = located;
  if (type === "null") return fc.constant(null);
  if (type === "boolean") return fc.boolean();
  if (type === "string") return textOf(node);
  if (type === "array") return listOf(document, located);
  if (type === "object") return objectOf(document, located);
  const [min, max] = [Number(node.minimum ?? -(2 ** 53) + 1), Number(node.maximum ?? 2 ** 53 - 1)];
  return fc.oneof(
    fc.constantFrom(min, max),
    fc.integer({ min: Math.max(min, -(2 ** 31)), max: Math.min(max, 2 ** 31 - 1) }),
  );
}

function textOf(node: Located["node"]): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = 200, pattern = "" } = node;
  const [least, most] = [Number(minLength), Number(maxLength)];
  const examples = Array.isArray(node.examples) ? node.examples.map(String) : [];
  const allowed = new RegExp(String(pattern), "u");
  const isValid = (text: string) => {
    const { length } = [...text];
    return length >= least && length <= most && allowed.test(text);
  };
  const candidate = fc
    .record({
      base: fc.constantFrom("", "a", ...examples),
      character: fc.constantFrom(...CHARACTERS),
      at: fc.nat({ max: 20 }),
      count: fc.oneof(fc.nat({ max: 5 }), fc.constantFrom(most, least)),
    })
    .map(({ base, character, at, count }) => {
      const signs = [...base];
      const added = Math.max(0, count <= 5 ? count : count - signs.length);
      return [...signs.slice(0, at), character.repeat(added), ...signs.slice(at)].join("");
    });
  return candidate.filter(isValid);
}

function listOf(document: ContractDocument, located: Located): fc.Arbitrary<unknown[]> {
  const { minItems = 0, maxItems = 3, uniqueItems } = located.node;
  const items = child(document, located, "items");
  const limits = { minLength: Number(minItems), maxLength: Number(maxItems), size: "max" } as const;
  const item = items === undefined ? fc.string() : validValue(document, items);
  return uniqueItems === true ? fc.uniqueArray(item, limits) : fc.array(item, limits);
}

function objectOf(document: ContractDocument, located: Located): fc.Arbitrary<Record<string, unknown>> {
  const members = children(document, located, "properties").map(([name]) => name);
  const properties = child(document, located, "properties");
  const values = Object.fromEntries(
    members.map((name) => [
      name,
      validValue(document, {
        node: { $ref: `#${properties?.pointer}/${name}` },
        pointer: `${properties?.pointer}/${name}`,
      }),
    ]),
  );
  const { required = [], minProperties = 0 } = located.node;
  const some = fc.record(values, { requiredKeys: required as string[] });
  const all = fc.record(values);
  return fc.oneof(some, all).filter((object) => Object.keys(object).length >= Number(minProperties));
}
