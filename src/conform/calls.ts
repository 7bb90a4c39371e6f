import fc from "fast-check";
import { child, children, valueAt } from "../contract/document/document.ts";
import type { Operation, Parameter } from "../contract/document/operation.ts";
import { type Call, type Content, keyOf } from "./http/call.ts";
import { isJson } from "./http/content.ts";
import { isSendable } from "./http/readings.ts";
import { examplesOf, parametersOf, pointerOf } from "./parameters.ts";
import type { Subject } from "./subject.ts";
import type { Fill } from "./values/arbitrary.ts";
import { type Schema, schemaOf } from "./values/schema.ts";

/** Makes calls of operations by the schemas of their parameters and their content. */
export class Calls {
  readonly #subject: Subject;
  readonly #credentials: Readonly<Record<string, string>>;
  readonly #made = new Map<string, fc.Arbitrary<Call> | undefined>();

  constructor(subject: Subject, credentials: Readonly<Record<string, string>>) {
    this.#subject = subject;
    this.#credentials = credentials;
  }

  /** Calls that the document allows, as far as can be made; undefined when what is required cannot be made. */
  of(operation: Operation, fill: Fill): fc.Arbitrary<Call> | undefined {
    const key = `${fill} ${operation.operationId}`;
    if (!this.#made.has(key)) this.#made.set(key, this.#make(operation, fill));
    return this.#made.get(key);
  }

  /** Does the document allow each value of the call? */
  allows({ operation, parameters, content }: Call): boolean {
    const { schemas } = this.#subject.requests;
    const areParameters = parametersOf(operation).every((parameter) => {
      const value = parameters[keyOf(parameter)];
      if (value === undefined) return true;
      const pointer = pointerOf(parameter);
      return isSendable(parameter, value) && (pointer === undefined || schemas.check(pointer, value) === undefined);
    });
    const pointer = content && operation.requestContent?.mediaTypes.get(content.mediaType);
    return areParameters && (pointer === undefined || schemas.check(pointer, content?.value) === undefined);
  }

  /** The schema at a pointer, as requests are held to it. */
  schemaAt(pointer: string): Schema {
    return schemaOf(valueAt(this.#subject.requests.values.document.root, pointer.split("/").slice(1)));
  }

  /** The sets of credentials that satisfy the operation, of those that are given; a set of none where it needs none. */
  alternativesOf({ security = [] }: Operation): Readonly<Record<string, string>>[] {
    const given = this.#credentials;
    const sets = security
      .filter((alternative) => [...alternative.keys()].every((name) => given[name] !== undefined))
      .map((alternative) => Object.fromEntries([...alternative.keys()].map((name) => [name, given[name] ?? ""])));
    // The fullest first: most is to be seen with it.
    return sets.length > 0
      ? sets.toSorted((one, other) => Number(Object.keys(one).length === 0) - Number(Object.keys(other).length === 0))
      : [{}];
  }

  #make(operation: Operation, fill: Fill): fc.Arbitrary<Call> | undefined {
    const parameters: Record<string, fc.Arbitrary<unknown>> = {};
    const required: string[] = [];
    for (const parameter of parametersOf(operation)) {
      const isRequired = parameter.node.required === true || parameter.in === "path";
      const made = isRequired || fill === "rich" ? this.#parameter(parameter) : undefined;
      if (made !== undefined) parameters[keyOf(parameter)] = made;
      else if (isRequired) return undefined;
      if (isRequired) required.push(keyOf(parameter));
    }
    const content = this.#content(operation, fill);
    if (content === undefined) return undefined;
    const alternatives = this.alternativesOf(operation);
    const accepted = new Set(
      [...operation.responses].flatMap(([status, { mediaTypes }]) => (status < 300 ? [...mediaTypes.keys()] : [])),
    );
    const headers = fc.constantFrom([], ...[...accepted].map((type) => [["Accept", type] as const]));
    return fc.record({
      operation: fc.constant(operation),
      parameters: fc.record(parameters, { requiredKeys: required }),
      content,
      credentials: fill === "lean" ? fc.constant(alternatives[0] ?? {}) : fc.constantFrom(...alternatives),
      headers: fill === "lean" ? fc.constant([]) : headers,
    });
  }

  #parameter(parameter: Parameter): fc.Arbitrary<unknown> | undefined {
    const pointer = pointerOf(parameter);
    const values = this.#subject.requests.values.of(pointer === undefined ? true : this.schemaAt(pointer), "rich");
    const shown = examplesOf(this.#subject.document, parameter);
    const examples = shown.length > 0 ? fc.constantFrom(...shown) : undefined;
    return values && examples ? fc.oneof(values, examples) : (values ?? examples);
  }

  /** The contents that can be made; of `undefined` alone when the operation takes none. */
  #content(operation: Operation, fill: Fill): fc.Arbitrary<Content | undefined> | undefined {
    const { document } = this.#subject;
    const body = child(document, operation, "requestBody");
    const { requestContent } = operation;
    if (requestContent === undefined || body === undefined) return fc.constant(undefined);
    const holders = new Map(children(document, body, "content"));
    // JSON first: its rules are clear, and what is tried first is what a fault is shown by.
    const types = [...requestContent.mediaTypes].toSorted(
      ([one], [other]) => Number(isJson(other)) - Number(isJson(one)),
    );
    const made = types.flatMap(([mediaType, pointer]) => {
      const holder = holders.get(mediaType);
      const shown = (holder ? examplesOf(document, holder) : []).map((value): Content => ({ mediaType, value }));
      const values = this.#subject.requests.values.of(pointer === undefined ? true : this.schemaAt(pointer), fill);
      const generated = values?.map((value): Content => ({ mediaType, value }));
      const examples: fc.Arbitrary<Content> | undefined = shown.length > 0 ? fc.constantFrom(...shown) : undefined;
      if (generated && examples)
        return [fc.oneof({ arbitrary: generated, weight: 3 }, { arbitrary: examples, weight: 1 })];
      return generated ?? examples ?? [];
    });
    if (made.length === 0) return requestContent.required ? undefined : fc.constant(undefined);
    const [first] = made;
    if (fill === "lean" && first !== undefined) return first;
    return requestContent.required ? fc.oneof(...made) : fc.oneof(...made, fc.constant(undefined));
  }
}
