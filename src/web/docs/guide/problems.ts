import {
  type Contract,
  type Json,
  type JsonObject,
  listOf,
  objectOf,
  operationsOf,
  resolve,
  textOf,
} from "../contract/contract.ts";

/** A problem type (RFC 9457, section 3.1.1) that answers may have. */
export interface ProblemType {
  /** A URI, or `about:blank`: the status says all. */
  readonly type: string;
  readonly statuses: readonly string[];
  /** The meaning, as the schema of `type` describes it; "" where it does not. */
  readonly meaning: string;
}

/** Every problem type that a response of the document declares, by its schema or by an example; sorted by status. */
export function problemTypesOf(contract: Contract): readonly ProblemType[] {
  const found = new Map<string, { statuses: Set<string>; meaning: string }>();
  const add = (type: string, status: string, meaning: string) => {
    const known = found.get(type) ?? { statuses: new Set(), meaning: "" };
    found.set(type, { statuses: known.statuses.add(status), meaning: known.meaning || meaning });
  };
  for (const { object } of operationsOf(contract)) {
    for (const [status, value] of Object.entries(objectOf(object.responses))) {
      for (const media of Object.values(objectOf(resolve(contract, value).content)).map(objectOf)) {
        for (const schema of parts(contract, media.schema)) {
          const { type } = objectOf(schema.properties);
          const { enum: list, const: constant, description } = resolve(contract, type);
          const types = [...listOf(list), constant].map(textOf).filter((one) => one.includes(":"));
          for (const one of types) add(one, status, meaningOf(textOf(description), one));
        }
        for (const example of examplesOf(contract, media)) {
          const { type, title } = objectOf(example);
          if (textOf(type).includes(":") && title !== undefined) add(textOf(type), status, "");
        }
      }
    }
  }
  return [...found]
    .map(([type, { statuses, meaning }]) => ({ type, statuses: [...statuses].toSorted(), meaning }))
    .toSorted((a, b) => `${a.statuses[0]} ${a.type}`.localeCompare(`${b.statuses[0]} ${b.type}`));
}

/** A schema, and those that it is composed of. */
function parts(contract: Contract, value: Json | undefined, depth = 0): readonly JsonObject[] {
  const schema = resolve(contract, value);
  const composed = [schema.allOf, schema.oneOf, schema.anyOf].flatMap(listOf);
  return depth > 6 ? [] : [schema, ...composed.flatMap((one) => parts(contract, one, depth + 1))];
}

function examplesOf(contract: Contract, { example, examples }: JsonObject): readonly (Json | undefined)[] {
  return [example, ...Object.values(objectOf(examples)).map((one) => resolve(contract, one).value)];
}

/** The part of a description "`slug`: meaning; `other`: meaning." that tells the meaning of a type that ends with the slug. */
function meaningOf(description: string, type: string): string {
  const slug = type.split(/[:/#]/).at(-1) ?? "";
  const pieces = description.split(/(?:[.;]\s+|^)(?=`[a-z0-9-]+`: )/);
  const meaning = pieces.find((piece) => piece.startsWith(`\`${slug}\`: `))?.slice(slug.length + 4) ?? "";
  return meaning.replace(/[.;]\s*$/, "");
}
