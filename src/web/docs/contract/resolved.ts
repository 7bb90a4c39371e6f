import { type Contract, type Json, type JsonObject, listOf, objectOf, resolve, targetOf } from "./contract.ts";

/**
 * What stands at a place of the document, without references: in place of each stands its target, with the members that stand beside
 * the reference, which win (OpenAPI 3.1, Schema Object and Reference Object), and with `$$ref`, the address of the target, from which
 * Swagger UI takes the names of schemas. An operation has the parameters of its path, too. A reference to what it is a part of stays,
 * with its whole address, and so does one that leads nowhere.
 *
 * @param place the names that lead there, such as `paths`, `/login`, `post`
 * @param address the document's
 */
export function resolvedAt(contract: Contract, place: readonly string[], address: string): Json {
  const inlined = (value: Json, here: string, above: readonly string[]): Json => {
    if (Array.isArray(value)) return value.map((one, at) => inlined(one, `${here}/${at}`, above));
    if (typeof value !== "object" || value === null) return value;
    const { $ref, ...beside } = value as JsonObject;
    const members = (object: JsonObject): JsonObject =>
      Object.fromEntries(
        Object.entries(object).map(([name, one = null]) => [name, inlined(one, pointer(here, name), above)]),
      );
    // A property that is called `$ref` has a schema, and is no reference.
    if (typeof $ref !== "string") return members(value as JsonObject);
    const target = targetOf(contract, $ref);
    const way = [...above, here];
    if (target === undefined || way.some((one) => `${one}/`.startsWith(`${$ref}/`))) {
      return { $ref: `${address}${$ref}` };
    }
    const whole = inlined(target, $ref, way);
    if (typeof whole !== "object") return whole;
    return { ...objectOf(whole), ...members(beside), $$ref: `${address}${$ref}` };
  };
  const [top, owner = ""] = place;
  const itself = place.reduce<Json | undefined>((at, name) => objectOf(at)[name], contract) ?? {};
  const parameters = top === "paths" ? parametersOf(contract, objectOf(contract.paths)[owner], itself) : [];
  const whole = parameters.length > 0 ? { ...objectOf(itself), parameters } : itself;
  return inlined(whole, place.reduce(pointer, "#"), []);
}

/** The place of a member, as a reference names it (RFC 6901). */
function pointer(owner: string, name: string): string {
  return `${owner}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The parameters of an operation, and those of its path that it does not declare itself, by name and place. */
function parametersOf(contract: Contract, item: Json | undefined, operation: Json): readonly Json[] {
  const keyOf = (parameter: Json) => {
    const { name, in: place } = resolve(contract, parameter);
    return `${place} ${name}`;
  };
  const own = listOf(objectOf(operation).parameters);
  const known = new Set(own.map(keyOf));
  return [...own, ...listOf(objectOf(item).parameters).filter((one) => !known.has(keyOf(one)))];
}
