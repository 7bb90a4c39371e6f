import fc from "fast-check";
import { escapePointer, isNode, type Node } from "../../contract/document/document.ts";
import type { Values } from "./arbitrary.ts";
import { broken, type Edit, edge } from "./edit.ts";
import { choiceEdits, numberEdits, typeEdits } from "./scalar-edits.ts";
import { limitOf, type Schema, schemaOf, typesOf } from "./schema.ts";
import { textEdits } from "./text-edits.ts";

/** How deep edits go into a value. */
const DEEPEST = 3;
/** The longest list that is made to be too long. */
const LONGEST_LIST = 300;

/**
 * Every single edit of the values of a schema: each rule broken once at each place, and each edge tried. Whether an edit has the effect
 * that it says is up to the validator: another branch may allow what one refuses.
 */
export function editsOf(values: Values, schema: Schema, depth = 0): Edit[] {
  const branches = values.branches(schema);
  const allowed = new Set(branches.flatMap((branch) => ("const" in branch || branch.enum ? [] : typesOf(branch))));
  const own = [
    ...branches.flatMap((branch) => [...choiceEdits(branch), ...branchEdits(values, branch, depth)]),
    ...typeEdits(branches, allowed),
  ];
  // The whole of each branch, since chance alone may not come to all of them.
  const whole = branches.flatMap((branch, index) => {
    const made = values.ofBranch(branch, "rich", depth);
    return made === undefined || branches.length === 1
      ? []
      : [{ at: "", rule: `alternative ${index + 1}`, valid: true, value: made }];
  });
  return [...own, ...whole];
}

function branchEdits(values: Values, branch: Node, depth: number): Edit[] {
  if ("const" in branch || branch.enum !== undefined) return [];
  const types = typesOf(branch);
  if (types.length === 7) return [];
  return [
    ...(types.includes("string") ? textEdits(branch) : []),
    ...(types.includes("integer")
      ? numberEdits(branch, true)
      : types.includes("number")
        ? numberEdits(branch, false)
        : []),
    ...(types.includes("array") ? arrayEdits(values, branch, depth) : []),
    ...(types.includes("object") ? objectEdits(values, branch, depth) : []),
  ];
}

function arrayEdits(values: Values, branch: Node, depth: number): Edit[] {
  const item = schemaOf(branch.items);
  const items = values.of(item, "lean", depth + 1);
  const lists = values.ofBranch({ ...branch, type: "array" }, "lean", depth) as fc.Arbitrary<unknown[]> | undefined;
  if (items === undefined || lists === undefined || depth >= DEEPEST) return [];
  const [least, greatest] = [limitOf(branch, "minItems", 0), limitOf(branch, "maxItems", LONGEST_LIST + 1)];
  const fixed = Array.isArray(branch.prefixItems) ? branch.prefixItems.length : 0;
  const exactly = (length: number) =>
    branch.uniqueItems === true
      ? fc.uniqueArray(items, {
          minLength: 0,
          maxLength: length,
          selector: (value) => JSON.stringify(value),
          size: "max",
        })
      : fc.array(items, { minLength: length, maxLength: length });
  const filled = fc.tuple(lists, items).map(([list, one]) => (list.length > 0 ? list : [one]));
  return [
    ...(least > 0
      ? [
          broken(
            "minItems",
            lists.map((list) => list.slice(0, least - 1)),
          ),
        ]
      : []),
    ...(greatest <= LONGEST_LIST && fixed === 0
      ? [
          broken("maxItems", exactly(greatest + 1)),
          { at: "", rule: "the longest list", valid: true, value: exactly(greatest) },
        ]
      : []),
    ...(branch.uniqueItems === true
      ? [
          broken(
            "uniqueItems",
            filled.map((list) => [...list.slice(0, Math.max(1, greatest - 1)), list[0]]),
          ),
        ]
      : []),
    ...(least === 0 && fixed === 0 ? [edge("an empty list", [])] : []),
    ...(fixed > 0
      ? []
      : editsOf(values, item, depth + 1).map((edit) =>
          within(edit, "0", filled, (list, value) => [value, ...list.slice(1)]),
        )),
  ];
}

function objectEdits(values: Values, branch: Node, depth: number): Edit[] {
  const objects = values.ofBranch({ ...branch, type: "object" }, "lean", depth) as
    | fc.Arbitrary<Record<string, unknown>>
    | undefined;
  if (objects === undefined || depth >= DEEPEST) return [];
  const properties = isNode(branch.properties) ? branch.properties : {};
  const required = (Array.isArray(branch.required) ? branch.required : []).map(String);
  const isClosed = branch.additionalProperties === false || branch.unevaluatedProperties === false;
  const rich = values.ofBranch({ ...branch, type: "object" }, "rich", depth);
  return [
    ...required.map((name) => ({
      ...broken(
        "required",
        objects.map((value) => without(value, name)),
      ),
      at: `/${escapePointer(name)}`,
    })),
    ...(isClosed
      ? [
          broken(
            "additionalProperties",
            objects.map((value) => ({ ...value, not_declared: "x" })),
          ),
        ]
      : []),
    ...(limitOf(branch, "minProperties", 0) > 0 ? [broken("minProperties", [{}])] : []),
    ...(rich === undefined ? [] : [{ at: "", rule: "optional members", valid: true, value: rich }]),
    ...Object.entries(properties).flatMap(([name, property]) =>
      editsOf(values, schemaOf(property), depth + 1).map((edit) =>
        within(edit, name, objects, (value, member) => ({ ...value, [name]: member })),
      ),
    ),
  ];
}

/** The edit of a part, as an edit of the whole. */
function within<Whole>(
  { at, value, ...edit }: Edit,
  name: string,
  wholes: fc.Arbitrary<Whole>,
  put: (whole: Whole, part: unknown) => unknown,
): Edit {
  const placed = fc.tuple(wholes, value).map(([whole, part]) => put(whole, part));
  return { ...edit, at: `/${escapePointer(name)}${at}`, value: placed };
}

function without(value: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}
