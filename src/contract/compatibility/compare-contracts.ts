import { isDeepStrictEqual } from "node:util";
import type { ContractDocument, Node } from "../document/document.ts";
import type { Operation, SecurityScheme } from "../document/operation.ts";
import { readOperations, readSecuritySchemes } from "../document/read-operations.ts";
import type { Change } from "./change.ts";
import { compareOperations } from "./compare-operations.ts";

/**
 * The differences of two OpenAPI documents that matter to clients: each with whether a client that was made for the earlier one can fail.
 * What describes or shows, such as descriptions and examples, is not compared. `redocly diff` 2.77.0 calls harmless
 * what is not: a changed default, a header that may be missing, a smaller `x-max-bytes`, a fresher sign-in.
 */
export function compareContracts(before: ContractDocument, after: ContractDocument): Change[] {
  const later = new Map(readOperations(after).map((operation) => [addressOf(operation), operation]));
  const earlier = new Map(readOperations(before).map((operation) => [addressOf(operation), operation]));
  const told = (operation: Operation, breaking: boolean, what: string): Change => ({
    breaking,
    where: `${operation.method} ${operation.path}`,
    what,
  });
  return [
    ...[...earlier].flatMap(([address, operation]) => {
      const other = later.get(address);
      if (!other) return [told(operation, true, "is gone")];
      return compareOperations({ document: before, operation }, { document: after, operation: other });
    }),
    ...[...later].flatMap(([address, operation]) => (earlier.has(address) ? [] : [told(operation, false, "is new")])),
    ...compareSchemes(readSecuritySchemes(before), readSecuritySchemes(after)),
  ];
}

/** Method and path; the names of its parameters are not on the wire. */
const addressOf = ({ method, path }: Operation): string => `${method} ${path.replaceAll(/\{[^}]*\}/g, "{}")}`;

/** A scheme that is gone shows in the operations. */
function compareSchemes(
  before: ReadonlyMap<string, SecurityScheme>,
  after: ReadonlyMap<string, SecurityScheme>,
): Change[] {
  return [...before].flatMap(([name, { node }]): Change[] => {
    const other = after.get(name);
    if (!other || isDeepStrictEqual(onWire(node), onWire(other.node))) return [];
    return [{ breaking: true, where: `security scheme ${name}`, what: "is sent otherwise" }];
  });
}

/** What a client heeds of a scheme: neither its description nor its extensions. */
const onWire = ({ description: _, ...sent }: Node): Node =>
  Object.fromEntries(Object.entries(sent).filter(([name]) => !name.startsWith("x-")));
