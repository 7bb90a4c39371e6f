import { isNode, type Node, valueAt } from "../../document/document.ts";
import { type Place, walk } from "../../document/walk.ts";

/** A reference to a component, or to a place in one that express-openapi-validator finds: without escapes, dots in its name only. */
export const COMPONENT = /^#(\/components\/\w+\/[\w.-]+)(?:\/[\w-]+)*$/;

type Writable = Record<string, unknown>;

/**
 * Gives each schema that is referred to, and stands where the package would not look for it, a component of its own, in a copy of the
 * document. `$defs` are such places, and names with a `/` in them.
 *
 * @param root the document that the copy was made of
 */
export function hoistReferences(copy: Node, root: Node): void {
  const names = new Map<string, string>();
  const hoisted: Writable = {};
  const rename = (reference: unknown): unknown => {
    if (typeof reference !== "string" || COMPONENT.test(reference) || !reference.startsWith("#/")) return reference;
    const known = names.get(reference);
    if (known !== undefined) return known;
    const target = valueAt(root, reference.slice(2).split("/").map(decodeURIComponent));
    // The audit tells of a reference that leads nowhere.
    if (!isNode(target)) return reference;
    const name = `hoisted-${names.size}`;
    const component = `#/components/schemas/${name}`;
    names.set(reference, component);
    const schema = structuredClone(target);
    hoisted[name] = schema;
    for (const place of walk({ components: { schemas: { [name]: schema } } })) renameIn(place, rename);
    return component;
  };
  for (const place of walk(copy)) renameIn(place, rename);
  if (names.size === 0) return;
  const { components } = copy as Writable;
  const { schemas } = components as { schemas?: Writable };
  (copy as Writable).components = { ...(components as Writable), schemas: { ...schemas, ...hoisted } };
}

function renameIn({ node, kind }: Place, rename: (reference: unknown) => unknown): void {
  if (kind !== "schema") return;
  const schema = node as Writable;
  if (schema.$ref !== undefined) schema.$ref = rename(schema.$ref);
  const { discriminator } = schema;
  if (!isNode(discriminator) || !isNode(discriminator.mapping)) return;
  for (const [value, target] of Object.entries(discriminator.mapping)) {
    (discriminator.mapping as Writable)[value] = rename(target);
  }
}
