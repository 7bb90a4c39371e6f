import { isDeepStrictEqual } from "node:util";
import type { ContractDocument, Node } from "../document/document.ts";
import type { Operation, Parameter, RequestContent } from "../document/operation.ts";
import type { Change } from "./change.ts";
import { compareResponses } from "./compare-responses.ts";
import { compareSchemas } from "./compare-schemas.ts";
import { compareSecurity } from "./compare-security.ts";
import { schemaAt } from "./schema-at.ts";

/** An operation in its document. */
export interface OperationSide {
  readonly document: ContractDocument;
  readonly operation: Operation;
}

/** The differences of two operations with the same method and path that matter to clients. */
export function compareOperations(before: OperationSide, after: OperationSide): Change[] {
  const where = `${before.operation.method} ${before.operation.path}`;
  return [
    ...compareNames(where, before.operation, after.operation),
    ...compareParameters(where, before, after),
    ...compareRequestContent(where, before, after),
    ...compareResponses(where, before, after),
    ...compareSecurity(where, before.operation, after.operation),
    ...compareCallbacks(where, before.operation.node, after.operation.node),
  ];
}

/** Generated clients have the operation's name as a function's, and those of its path's parameters as arguments'. */
function compareNames(where: string, before: Operation, after: Operation): Change[] {
  const renamed = before.operationId !== after.operationId;
  const retold = before.path !== after.path;
  return [
    ...(renamed ? [{ breaking: true, where, what: `operationId is ${after.operationId} now` }] : []),
    ...(retold ? [{ breaking: true, where, what: `its path's parameters have other names: ${after.path}` }] : []),
    ...(!before.node.deprecated && after.node.deprecated
      ? [{ breaking: false, where, what: "is deprecated now" }]
      : []),
  ];
}

function compareParameters(where: string, before: OperationSide, after: OperationSide): Change[] {
  const same = (one: Parameter, other: Parameter): boolean =>
    one.in === other.in &&
    (one.in === "header" ? one.name.toLowerCase() === other.name.toLowerCase() : one.name === other.name);
  const [earlier, later] = [before.operation.parameters, after.operation.parameters];
  const at = (parameter: Parameter) => `${where}, ${parameter.in} parameter ${parameter.name}`;
  const kept = earlier.flatMap((one) =>
    later.filter((other) => same(one, other)).map((other) => [one, other] as const),
  );
  const of = (list: readonly Parameter[]) => list.filter((one) => one.in !== "path");
  return [
    ...of(earlier)
      .filter((one) => !later.some((other) => same(one, other)))
      .map((one): Change => ({ breaking: true, where: at(one), what: "is gone" })),
    ...of(later)
      .filter((one) => !earlier.some((other) => same(one, other)))
      .map((one): Change => ({ breaking: one.node.required === true, where: at(one), what: isNew(one.node) })),
    ...kept.flatMap(([one, other]) =>
      compareParameter(at(one), { ...before, node: one.node }, { ...after, node: other.node }),
    ),
  ];
}

const isNew = ({ required }: Node): string => (required === true ? "is new, and required" : "is new");

interface NodeSide {
  readonly document: ContractDocument;
  readonly node: Node;
}

function compareParameter(where: string, before: NodeSide, after: NodeSide): Change[] {
  const required = before.node.required !== true && after.node.required === true;
  const written = ["style", "explode", "allowReserved"].filter(
    (name) => !isDeepStrictEqual(before.node[name], after.node[name]),
  );
  const schemaOf = ({ node: { schema, content } }: NodeSide): unknown =>
    schema ?? Object.values((content ?? {}) as Record<string, Node>)[0]?.schema;
  return [
    ...(required ? [{ breaking: true, where, what: "is required now" }] : []),
    ...written.map(
      (name): Change => ({ breaking: true, where, what: `${name} is ${after.node[name] ?? "its default"} now` }),
    ),
    ...compareSchemas(
      { document: before.document, schema: schemaOf(before) },
      { document: after.document, schema: schemaOf(after) },
      { where, sender: "client", refusal: false },
    ),
  ];
}

function compareRequestContent(where: string, before: OperationSide, after: OperationSide): Change[] {
  const [earlier, later] = [before.operation.requestContent, after.operation.requestContent];
  if (!earlier && !later) return [];
  if (!earlier)
    return [
      {
        breaking: later?.required === true,
        where,
        what: later?.required ? "takes content now, and must have it" : "takes content now",
      },
    ];
  if (!later) return [{ breaking: true, where, what: "takes no content now" }];
  const size = `takes ${later.maxBytes} bytes of content now, not ${earlier.maxBytes}`;
  return [
    ...(!earlier.required && later.required ? [{ breaking: true, where, what: "must have content now" }] : []),
    ...(later.maxBytes === earlier.maxBytes
      ? []
      : [{ breaking: later.maxBytes < earlier.maxBytes, where, what: size }]),
    ...mediaTypesOf(earlier).flatMap(([mediaType, pointer]): Change[] => {
      const place = `${where}, content ${mediaType}`;
      if (!later.mediaTypes.has(mediaType)) return [{ breaking: true, where: place, what: "is not taken any more" }];
      return compareSchemas(
        { document: before.document, schema: schemaAt(before.document, pointer) },
        { document: after.document, schema: schemaAt(after.document, later.mediaTypes.get(mediaType)) },
        { where: place, sender: "client", refusal: false },
      );
    }),
    ...mediaTypesOf(later)
      .filter(([mediaType]) => !earlier.mediaTypes.has(mediaType))
      .map(
        ([mediaType]): Change => ({ breaking: false, where: `${where}, content ${mediaType}`, what: "is taken now" }),
      ),
  ];
}

const mediaTypesOf = ({ mediaTypes }: RequestContent): [string, string | undefined][] => [...mediaTypes];

function compareCallbacks(where: string, before: Node, after: Node): Change[] {
  return isDeepStrictEqual(before.callbacks, after.callbacks)
    ? []
    : [{ breaking: true, where, what: "has other callbacks" }];
}
