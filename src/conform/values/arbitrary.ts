import fc from "fast-check";
import { type ContractDocument, isNode, type Node } from "../../contract/document/document.ts";
import { numberOf } from "./number.ts";
import { branchesOf, limitOf, type Schema, samplesOf, schemaOf, typeOf, typesOf } from "./schema.ts";
import { textOf } from "./text.ts";

/** How much of what is optional a value has: nothing, or some of it. */
export type Fill = "lean" | "rich";

/** How deep values are nested before what is optional is left out, and before a schema that calls itself is given up. */
const [DEEP, DEEPEST] = [3, 7];

type Made = fc.Arbitrary<unknown> | undefined;

/** Makes values by the schemas of a document. The values of one schema are made once. */
export class Values {
  readonly document: ContractDocument;
  readonly #made = new Map<Schema, Map<string, Made>>();

  constructor(document: ContractDocument) {
    this.document = document;
  }

  /**
   * Values that the schema allows, as far as its keywords can be followed: the caller checks each by the validator. Undefined when none
   * can be made.
   */
  of(schema: Schema, fill: Fill, depth = 0): Made {
    if (depth > DEEPEST) return undefined;
    const key = `${fill}${depth}`;
    const known = this.#made.get(schema) ?? new Map<string, Made>();
    this.#made.set(schema, known);
    if (!known.has(key)) known.set(key, this.#make(schema, depth >= DEEP ? "lean" : fill, depth));
    return known.get(key);
  }

  /** The branches of a schema: see {@link branchesOf}. */
  branches(schema: Schema): Node[] {
    return branchesOf(this.document, schema);
  }

  /** Values of one branch. */
  ofBranch(branch: Node, fill: Fill, depth: number): Made {
    if ("const" in branch) return fc.constant(branch.const);
    if (Array.isArray(branch.enum)) return branch.enum.length > 0 ? fc.constantFrom(...branch.enum) : undefined;
    // Null last: fast-check shrinks to the first, and most requests are to have something.
    const types = typesOf(branch).toSorted((one, other) => Number(one === "null") - Number(other === "null"));
    const made = types.flatMap((type) => this.#ofType(branch, type, fill, depth) ?? []);
    const shown = samplesOf(branch).filter((value) => types.includes(typeOf(value)) && isNode(value));
    if (shown.length > 0 && fill === "rich") made.push(fc.constantFrom(...shown));
    return made.length > 0 ? fc.oneof(...made) : undefined;
  }

  #make(schema: Schema, fill: Fill, depth: number): Made {
    const made = this.branches(schema).flatMap((branch) => this.ofBranch(branch, fill, depth) ?? []);
    return made.length > 0 ? fc.oneof(...made) : undefined;
  }

  #ofType(branch: Node, type: string, fill: Fill, depth: number): Made {
    if (type === "string") return textOf(branch);
    if (type === "integer" || type === "number") return numberOf(branch, type === "integer");
    if (type === "boolean") return fc.boolean();
    if (type === "null") return fc.constant(null);
    return type === "array" ? this.#array(branch, fill, depth) : this.#object(branch, fill, depth);
  }

  #array(branch: Node, fill: Fill, depth: number): Made {
    const first = (Array.isArray(branch.prefixItems) ? branch.prefixItems : []).map((item) =>
      this.of(schemaOf(item), fill, depth + 1),
    );
    const minLength = Math.max(0, limitOf(branch, "minItems", 0) - first.length);
    const maxLength = Math.min(limitOf(branch, "maxItems", minLength + 3) - first.length, minLength + 3);
    const item = branch.items === false ? undefined : this.of(schemaOf(branch.items), fill, depth + 1);
    if (first.includes(undefined) || (item === undefined && minLength > 0) || maxLength < minLength) return undefined;
    const rest =
      item === undefined || (first.length > 0 && branch.items === undefined)
        ? fc.constant([])
        : listOf(branch, item, minLength, maxLength);
    return fc.tuple(fc.tuple(...(first as fc.Arbitrary<unknown>[])), rest).map(([head, tail]) => [...head, ...tail]);
  }

  #object(branch: Node, fill: Fill, depth: number): Made {
    const properties = isNode(branch.properties) ? branch.properties : {};
    const required = (Array.isArray(branch.required) ? branch.required : []).map(String);
    const members: Record<string, fc.Arbitrary<unknown>> = {};
    for (const name of new Set([...required, ...Object.keys(properties)])) {
      const isRequired = required.includes(name);
      // What is optional in a lean value is made only where it is needed to have enough members.
      const isWanted = isRequired || fill === "rich" || limitOf(branch, "minProperties", 0) > required.length;
      const member = isWanted ? this.of(schemaOf(properties[name]), fill, depth + 1) : undefined;
      if (member !== undefined) members[name] = member;
      else if (isRequired) return undefined;
    }
    const optional = Object.keys(members).filter((name) => !required.includes(name));
    const least = Math.max(0, limitOf(branch, "minProperties", 0) - required.length);
    const chosen = fc.subarray(optional, {
      minLength: Math.min(least, optional.length),
      maxLength: fill === "rich" ? optional.length : Math.min(least, optional.length),
    });
    const named = fc.tuple(fc.record(members), chosen).map(([all, kept]) => pick(all, [...required, ...kept]));
    const others = this.#others(branch, least - optional.length, fill, depth);
    return others === undefined ? named : fc.tuple(others, named).map(([more, own]) => ({ ...more, ...own }));
  }

  /** Members of a map: of an object whose names are free (`additionalProperties`). */
  #others(branch: Node, least: number, fill: Fill, depth: number): fc.Arbitrary<object> | undefined {
    if (!isNode(branch.additionalProperties) || (least <= 0 && fill === "lean")) return undefined;
    const value = this.of(branch.additionalProperties, fill, depth + 1);
    const name = this.of(
      isNode(branch.propertyNames) ? { type: "string", ...branch.propertyNames } : { type: "string", minLength: 1 },
      fill,
    );
    if (value === undefined || name === undefined) return undefined;
    return fc.dictionary(name as fc.Arbitrary<string>, value, {
      minKeys: Math.max(0, least),
      maxKeys: Math.max(2, least),
    });
  }
}

function listOf(
  branch: Node,
  item: fc.Arbitrary<unknown>,
  minLength: number,
  maxLength: number,
): fc.Arbitrary<unknown[]> {
  if (branch.uniqueItems !== true) return fc.array(item, { minLength, maxLength });
  const found = new Set(fc.sample(item, { numRuns: 60, seed: 1 }).map((value) => JSON.stringify(value))).size;
  const bounds = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, found)) };
  return fc.uniqueArray(item, { ...bounds, selector: (value) => JSON.stringify(value) });
}

function pick(all: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}
