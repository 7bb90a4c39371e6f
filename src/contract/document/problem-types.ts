import { type ContractDocument, child, elements, isNode, type Located, resolve, valueAt } from "./document.ts";
import type { Operation } from "./operation.ts";

/** The problems that an operation declares with one status. */
export interface DeclaredProblems {
  readonly mediaTypes: readonly string[];
  /** The types that they can have (RFC 9457 §3.1.1); undefined when the contract leaves that open. */
  readonly types: ReadonlySet<string> | undefined;
  /** The same types by the name at their end. */
  readonly byName: ReadonlyMap<string, string>;
}

/** A problem that an application raises. */
export interface RaisedProblem {
  readonly type: string;
  readonly status: number;
}

/** The names of the members that lead to the type of a problem. */
type MemberPath = readonly string[];

/** Where problems have their type, by media type: the path to it, or several where operations have problems of different forms. */
export type ProblemTypeMembers = Readonly<Record<string, MemberPath | readonly MemberPath[]>>;

const MEMBERS: ProblemTypeMembers = { "application/problem+json": ["type"] };

/** The problems that an operation declares, by status: of each response, in whatever media types it has. */
export function readProblems(
  document: ContractDocument,
  { responses }: Operation,
  members: ProblemTypeMembers = MEMBERS,
): Map<number, DeclaredProblems> {
  return new Map(
    [...responses].map(([status, { mediaTypes }]) => {
      const enumerated = [...mediaTypes].flatMap(([mediaType, schema]) => {
        const paths = pathsIn(members[mediaType]);
        if (paths.length === 0 || schema === undefined) return [];
        return [paths.map((path) => typesAt(document, schema, path)).find((types) => types !== undefined)];
      });
      const types = enumerated.length > 0 ? union(enumerated) : undefined;
      const byName = new Map([...(types ?? [])].map((type) => [nameOf(type), type]));
      return [status, { mediaTypes: [...mediaTypes.keys()], types, byName }];
    }),
  );
}

function pathsIn(given: MemberPath | readonly MemberPath[] = []): readonly MemberPath[] {
  const isOne = (paths: typeof given): paths is MemberPath => typeof paths[0] === "string";
  return isOne(given) ? [given] : given;
}

/** The name at the end of a problem's type: what stands behind the last `:`, `/` or `#`. */
export function nameOf(type: string): string {
  return type.slice(Math.max(...[":", "/", "#"].map((sign) => type.lastIndexOf(sign))) + 1);
}

/** The texts that a schema allows in the member to which the names lead; undefined when it allows any. */
function typesAt(document: ContractDocument, schema: string, path: readonly string[]): Set<string> | undefined {
  const node = valueAt(document.root, schema.slice(1).split("/"));
  const located = isNode(node) ? resolve(document, { node, pointer: schema }) : undefined;
  return located && allowed(document, located, path);
}

function allowed(document: ContractDocument, schema: Located, path: readonly string[]): Set<string> | undefined {
  const [name, ...rest] = path;
  const { node } = schema;
  if (name === undefined) {
    const listed: unknown[] | undefined =
      "const" in node ? [node.const] : Array.isArray(node.enum) ? node.enum : undefined;
    if (listed !== undefined) return new Set(listed.map(String));
  } else {
    const properties = child(document, schema, "properties");
    const member = properties && child(document, properties, name);
    const found = member && allowed(document, member, rest);
    if (found !== undefined) return found;
  }
  for (const choice of ["oneOf", "anyOf"]) {
    const branches = elements(document, schema, choice);
    if (branches.length > 0) return union(branches.map((branch) => allowed(document, branch, path)));
  }
  return elements(document, schema, "allOf")
    .map((branch) => allowed(document, branch, path))
    .find((found) => found !== undefined);
}

function union(sets: readonly (ReadonlySet<string> | undefined)[]): Set<string> | undefined {
  return sets.every((set) => set !== undefined) ? new Set(sets.flatMap((set) => [...set])) : undefined;
}
