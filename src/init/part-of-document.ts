import { escapePointer, isNode, valueAt } from "../contract/document/document.ts";

/** An object of the document that may be changed. */
type Draft = Record<string, unknown>;

/** What is taken out of a document. */
export interface Cut {
  /** Tags whose operations are taken out. */
  readonly tags: readonly string[];
  /** Operations that are taken out, by their operationId. */
  readonly operations: readonly string[];
  /** Scopes that do not exist any more; where an example names one, `otherScope` takes its place. */
  readonly scopes: readonly string[];
  readonly otherScope: string;
  /** Names of components, problems and the like that are taken out, and of members that refer to them. */
  readonly names: RegExp;
  /** Sentences of descriptions that speak of what is not there. */
  readonly sentences: RegExp;
}

/** Media types of answers that a program reads; an operation that answers others only shows pages or files. */
const FOR_PROGRAMS = /^application\/(?:.+\+)?(?:json|yaml)$/;

/**
 * The part of a document that is for programs, without some tags and scopes: pages and files are taken out, and components, tags and links
 * that nothing refers to any more. The document itself stays as it is.
 */
export function partOfDocument(document: object, cut: Cut): Draft {
  const root = withoutNames(document, cut) as Draft;
  const paths = root.paths as Record<string, Draft>;
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (isNode(operation) && "responses" in operation && !isForPrograms(root, operation, cut)) delete item[method];
    }
    if (!Object.values(item).some((operation) => isNode(operation) && "responses" in operation)) delete paths[path];
  }
  visit(root, (node) => {
    if (isNode(node.content) && Object.keys(node.content).length > 1) delete (node.content as Draft)["text/html"];
    if (typeof node.pointer === "string" && cut.names.test(node.pointer)) node.pointer = "/name";
    for (const key of ["description", "summary", "detail"]) {
      if (typeof node[key] === "string") node[key] = withoutSentences(node[key], cut.sentences);
    }
  });
  const operations = Object.values(paths)
    .flatMap((item) => Object.values(item))
    .filter((each): each is Draft => isNode(each) && "responses" in each);
  const ids = new Set(operations.map(({ operationId }) => operationId));
  // Those of components go first, and then those that refer to them.
  removeLinks(root, root.components as Draft, ids);
  visit(root, (node) => removeLinks(root, node, ids));
  removeUnreferred(root);
  const used = operations.flatMap(({ tags }) => tags);
  root.tags = (root.tags as Draft[]).filter(({ name }) => used.includes(name));
  return root;
}

function isForPrograms(root: Draft, operation: Readonly<Record<string, unknown>>, { tags, operations }: Cut): boolean {
  if ((operation.tags as string[]).some((tag) => tags.includes(tag))) return false;
  if (operations.includes(String(operation.operationId))) return false;
  return Object.entries(operation.responses as Draft).some(([status, response]) => {
    const { content } = target(root, response as Draft);
    const types = isNode(content) ? Object.keys(content) : [];
    return status.startsWith("2") && (types.length === 0 || types.some((type) => FOR_PROGRAMS.test(type)));
  });
}

/** The target of a reference; an empty object where it has been taken out. */
function target(root: Draft, node: Draft | undefined): Draft {
  if (typeof node?.$ref !== "string") return node ?? {};
  return target(root, valueAt(root, node.$ref.slice(2).split("/")) as Draft | undefined);
}

/** A value without the members and elements that are named for what is taken out, or refer to it. */
function withoutNames(value: unknown, cut: Cut): unknown {
  const isCut = (each: unknown) =>
    (typeof each === "string" && cut.names.test(each)) ||
    (isNode(each) && typeof each.$ref === "string" && cut.names.test(each.$ref));
  if (Array.isArray(value)) {
    const kept = value.filter((each) => !isCut(each)).map((each) => withoutNames(each, cut));
    return kept.length === 0 && value.some((each) => cut.scopes.includes(each)) ? [cut.otherScope] : kept;
  }
  if (typeof value === "string")
    return cut.scopes.reduce((text, scope) => text.replaceAll(scope, cut.otherScope), value);
  if (!isNode(value)) return value;
  const kept = Object.entries(value).filter(([key, each]) => !(cut.names.test(key) || (isNode(each) && isCut(each))));
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutNames(each, cut)]));
}

function withoutSentences(text: string, about: RegExp): string {
  const sentences = text.split(/(?<=[.!?])\s+/);
  const kept = sentences.filter((sentence) => !about.test(sentence));
  return kept.length > 0 ? kept.join(" ") : "See the name.";
}

/** Calls `change` with each object, parents first. */
function visit(value: unknown, change: (node: Draft) => void): void {
  if (isNode(value)) change(value as Draft);
  if (typeof value === "object" && value !== null) for (const each of Object.values(value)) visit(each, change);
}

function removeLinks(root: Draft, node: Draft, ids: ReadonlySet<unknown>): void {
  if (!isNode(node.links)) return;
  const links = node.links as Record<string, Draft>;
  for (const [name, link] of Object.entries(links)) {
    if (!ids.has(target(root, link).operationId)) delete links[name];
  }
  if (Object.keys(links).length === 0) delete node.links;
}

/** Removes components that nothing refers to, until each has somebody that does. */
function removeUnreferred(root: Draft): void {
  const components = root.components as Record<string, Draft>;
  for (let removed = true; removed; ) {
    removed = false;
    const text = JSON.stringify(root);
    for (const [kind, members] of Object.entries(components)) {
      for (const name of Object.keys(members)) {
        const pointer = `#/components/${kind}/${escapePointer(name)}`;
        if (kind === "securitySchemes" || text.includes(JSON.stringify(pointer))) continue;
        delete members[name];
        removed = true;
      }
      if (Object.keys(members).length === 0) delete components[kind];
    }
  }
}
