import { isNode, type Node } from "../document/document.ts";
import { type Place, walk } from "../document/walk.ts";

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/**
 * Takes out of a document what nothing in it leads to any more: paths without an operation, links to operations that are gone, tags that
 * no operation has, and components to which nothing refers. Changes the document in place.
 */
export function prune(root: Node): void {
  const { paths, tags, components } = root;
  if (isNode(paths)) removeWhere(paths, (item) => !isNode(item) || !Object.keys(item).some((key) => METHODS.has(key)));
  const operations = [...walk(root)].filter(({ kind }) => kind === "operation").map(({ node }) => node);
  const ids = new Set(operations.map(({ operationId }) => operationId));
  const used = new Set(operations.flatMap((operation) => operation.tags));
  if (Array.isArray(tags)) Object.assign(root, { tags: tags.filter((tag) => isNode(tag) && used.has(tag.name)) });
  if (!isNode(components)) return;
  // Links first: one that is gone is no reference to a component.
  const gone = (link: unknown) => isNode(link) && typeof link.operationId === "string" && !ids.has(link.operationId);
  const lost = new Set(
    Object.entries(isNode(components.links) ? components.links : {}).flatMap(([name, link]) =>
      gone(link) ? [`#/components/links/${name}`] : [],
    ),
  );
  for (const { node, kind } of walk(root)) {
    if (kind !== "response" || !isNode(node.links)) continue;
    removeWhere(node.links, (link) => gone(link) || (isNode(link) && lost.has(String(link.$ref))));
    if (Object.keys(node.links).length === 0) removeWhere(node, (_, key) => key === "links");
  }
  const kept = reachable(root);
  for (const [section, members] of Object.entries(components)) {
    if (!isNode(members)) continue;
    removeWhere(members, (_, name) => !kept.has(`#/components/${section}/${name}`));
    if (Object.keys(members).length === 0) removeWhere(components, (_, key) => key === section);
  }
}

/** The components to which the rest of the document leads, directly or through each other, as `$ref` names them. */
function reachable(root: Node): ReadonlySet<string> {
  const references = new Map<string, Set<string>>();
  for (const place of walk(root)) {
    const owner = /^\/components\/[^/]+\/[^/]+/.exec(place.pointer)?.[0] ?? "";
    const known = references.get(owner) ?? new Set();
    references.set(owner, known);
    for (const reference of referencesAt(place)) known.add(reference);
  }
  const kept = new Set<string>();
  const unread = [""];
  for (let owner = unread.pop(); owner !== undefined; owner = unread.pop()) {
    for (const reference of references.get(owner) ?? []) {
      const component = /^#(\/components\/[^/]+\/[^/]+)/.exec(reference)?.[1];
      if (component === undefined || kept.has(`#${component}`)) continue;
      kept.add(`#${component}`);
      unread.push(component);
    }
  }
  return kept;
}

/** What an object refers to: its `$ref`, the schemas of a discriminator, and the schemes of a security requirement. */
function referencesAt({ node, kind }: Place): string[] {
  const { $ref, discriminator, security } = node;
  const mapping = isNode(discriminator) && isNode(discriminator.mapping) ? Object.values(discriminator.mapping) : [];
  const requirements = (kind === "operation" || kind === "document") && Array.isArray(security) ? security : [];
  return [
    ...(typeof $ref === "string" ? [$ref] : []),
    ...mapping.map((target) => (String(target).startsWith("#") ? String(target) : `#/components/schemas/${target}`)),
    ...requirements.flatMap((one) => Object.keys(one).map((name) => `#/components/securitySchemes/${name}`)),
  ];
}

function removeWhere(node: Node, isGone: (member: unknown, key: string) => boolean): void {
  const members = node as Record<string, unknown>;
  for (const [key, member] of Object.entries(members)) if (isGone(member, key)) delete members[key];
}
