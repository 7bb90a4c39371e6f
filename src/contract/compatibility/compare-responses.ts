import type { ContractDocument } from "../document/document.ts";
import type { DeclaredResponse, Operation } from "../document/operation.ts";
import type { Change } from "./change.ts";
import { compareSchemas } from "./compare-schemas.ts";
import { schemaAt } from "./schema-at.ts";

interface Side {
  readonly document: ContractDocument;
  readonly operation: Operation;
}

/**
 * The differences of what an operation answers. A new refusal breaks nobody (RFC 9110 §15: a client treats a status that it does not know
 * as the first of its class), a new success does: generated clients have a type for each.
 */
export function compareResponses(where: string, before: Side, after: Side): Change[] {
  const [earlier, later] = [before.operation.responses, after.operation.responses];
  return [
    ...[...earlier].flatMap(([status, response]) => {
      const other = later.get(status);
      const place = `${where}, ${status}`;
      if (!other) return [{ breaking: false, where: place, what: "is not answered any more" }];
      return [
        ...compareContent(place, { ...before, response }, { ...after, response: other }),
        ...compareHeaders(place, { ...before, response }, { ...after, response: other }),
      ];
    }),
    ...[...later.keys()]
      .filter((status) => !earlier.has(status))
      .map((status): Change => ({ breaking: status < 400, where: `${where}, ${status}`, what: "is a new answer" })),
  ];
}

interface ResponseSide {
  readonly document: ContractDocument;
  readonly response: DeclaredResponse;
}

function compareContent(where: string, before: ResponseSide, after: ResponseSide): Change[] {
  const [earlier, later] = [before.response.mediaTypes, after.response.mediaTypes];
  return [
    ...[...earlier].flatMap(([mediaType, pointer]): Change[] => {
      const place = `${where} ${mediaType}`;
      if (!later.has(mediaType)) return [{ breaking: true, where: place, what: "is not sent any more" }];
      return compareSchemas(
        { document: before.document, schema: schemaAt(before.document, pointer) },
        { document: after.document, schema: schemaAt(after.document, later.get(mediaType)) },
        { where: place, sender: "server", refusal: before.response.status >= 400 },
      );
    }),
    ...[...later.keys()]
      .filter((mediaType) => !earlier.has(mediaType))
      // Where there was no content, a client reads none; where there was, it says what it accepts.
      .map(
        (mediaType): Change => ({ breaking: earlier.size === 0, where: `${where} ${mediaType}`, what: "is sent now" }),
      ),
  ];
}

function compareHeaders(where: string, before: ResponseSide, after: ResponseSide): Change[] {
  const later = new Map([...after.response.headers].map(([name, header]) => [name.toLowerCase(), header]));
  return [...before.response.headers].flatMap(([name, header]): Change[] => {
    const place = `${where}, header ${name}`;
    const other = later.get(name.toLowerCase());
    if (!other) return [{ breaking: header.required, where: place, what: "is gone" }];
    const optional = header.required && !other.required;
    return [
      ...(optional ? [{ breaking: true, where: place, what: "may be missing now" }] : []),
      ...compareSchemas(
        { document: before.document, schema: schemaAt(before.document, header.schema) },
        { document: after.document, schema: schemaAt(after.document, other.schema) },
        { where: place, sender: "server", refusal: false },
      ),
    ];
  });
}
