/** An object of the document, read by name. */
export type Node = Readonly<Record<string, unknown>>;

/** A node together with its JSON pointer (RFC 6901) inside the document, after `$ref` was followed. */
export interface Located {
  readonly node: Node;
  readonly pointer: string;
}

/** The contract: the parsed document, and the text it was parsed from. */
export interface ContractDocument {
  readonly root: Node;
  readonly source: string;
  /** Whether `npm run generate` has found no fault in this very text: see checked.ts. */
  readonly checked: boolean;
}

/** The error for an OpenAPI document that cannot be served; `findings` has one sentence for each fault. */
export class ContractFault extends Error {
  readonly findings: readonly string[];

  constructor(findings: readonly string[]) {
    super(`The contract cannot be served:\n${findings.map((finding) => `  - ${finding}`).join("\n")}`);
    this.name = "ContractFault";
    this.findings = findings;
  }
}

/** Is the value an object, and no list? */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One reference token of a JSON pointer, escaped (RFC 6901 §3). */
export function escapePointer(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The value at a JSON pointer, given as its escaped tokens (RFC 6901 §4); undefined when there is none. */
export function valueAt(root: unknown, tokens: readonly string[]): unknown {
  let value = root;
  for (const token of tokens) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    const holder: object = typeof value === "object" && value !== null ? value : {};
    value = Object.hasOwn(holder, name) ? (holder as Node)[name] : undefined;
  }
  return value;
}

/** The child `key` of a node, with `$ref` followed; undefined when there is none, or its `$ref` leads nowhere. */
export function child(document: ContractDocument, parent: Located, key: string): Located | undefined {
  const value = Object.hasOwn(parent.node, key) ? parent.node[key] : undefined;
  return isNode(value)
    ? resolve(document, { node: value, pointer: `${parent.pointer}/${escapePointer(key)}` })
    : undefined;
}

/** The children of the object under `key`, each with `$ref` followed: `[name, located]`. */
export function children(document: ContractDocument, parent: Located, key: string): [string, Located][] {
  const holder = child(document, parent, key);
  if (!holder) return [];
  return Object.keys(holder.node).flatMap((name) => {
    const located = child(document, holder, name);
    return located ? [[name, located] as [string, Located]] : [];
  });
}

/** The elements of the array under `key`, each with `$ref` followed. */
export function elements(document: ContractDocument, parent: Located, key: string): Located[] {
  const list = parent.node[key];
  if (!Array.isArray(list)) return [];
  return list.flatMap((value, index) =>
    isNode(value) ? (resolve(document, { node: value, pointer: `${parent.pointer}/${key}/${index}` }) ?? []) : [],
  );
}

/**
 * The target of a `$ref` in the same document, behind as many references as there are; undefined when one leads nowhere,
 * in a circle or out of the document. A reader goes on without it: the audit tells of all such references together.
 */
export function resolve(document: ContractDocument, located: Located): Located | undefined {
  const seen = new Set<string>();
  let current = located;
  while (typeof current.node.$ref === "string") {
    const reference = current.node.$ref;
    if (!reference.startsWith("#/") || seen.has(reference)) return undefined;
    seen.add(reference);
    const value = valueAt(document.root, reference.slice(2).split("/").map(decodeURIComponent));
    if (!isNode(value)) return undefined;
    current = { node: value, pointer: reference.slice(1) };
  }
  return current;
}

/** The same for a reader that cannot go on without the target. Throws {@link ContractFault}. */
export function follow(document: ContractDocument, located: Located): Located {
  const found = resolve(document, located);
  if (!found) throw new ContractFault([`${located.pointer}: $ref ${String(located.node.$ref)} leads nowhere`]);
  return found;
}
