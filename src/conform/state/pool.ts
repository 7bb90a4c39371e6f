import { isNode } from "../../contract/document/document.ts";
import type { Operation } from "../../contract/document/operation.ts";
import { keyOf, pathOf } from "../http/call.ts";
import { namesIn, pathKeys, patternOf } from "../http/path-template.ts";
import { fieldOf } from "../http/read-answer.ts";
import { readingsOf } from "../http/readings.ts";
import type { Subject } from "../subject.ts";
import type { Exchanged } from "./expression.ts";
import { type Bindings, followable } from "./followable.ts";

/** The most bindings that are kept for one operation. */
const MOST = 20;

/** Keeps what answers told of the things that are there: by links, by `Location`, and by an `id` below a collection's path. */
export class Pool {
  readonly #subject: Subject;
  readonly #bindings = new Map<Operation, Bindings[]>();

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** The latest bindings for an operation, without taking them out. */
  latest(operation: Operation): Bindings | undefined {
    return this.#bindings.get(operation)?.at(-1);
  }

  /** Learns from an answer that was a success. */
  learn(exchanged: Exchanged): void {
    for (const { link, bindings } of followable(this.#subject, exchanged)) {
      if (isPlain(link.target, bindings)) this.#put(link.target, bindings);
    }
    this.#learnLocation(exchanged);
    this.#learnIds(exchanged);
  }

  /** Forgets what is not there any more, for every operation. */
  forget(operation: Operation, parameters: Bindings): void {
    const gone = Object.entries(parameters).filter(([key]) => key.startsWith("path."));
    if (gone.length === 0) return;
    for (const [other, all] of this.#bindings) {
      if (!other.path.startsWith(operation.path)) continue;
      const kept = all.filter((bindings) => !gone.every(([key, value]) => String(bindings[key]) === String(value)));
      this.#bindings.set(other, kept);
    }
  }

  /** Forgets one thing for one operation, which cannot have it. */
  drop(operation: Operation, parameters: Bindings): void {
    const keys = pathKeys(operation);
    const all = this.#bindings.get(operation) ?? [];
    const kept = all.filter((bindings) => !keys.every((key) => String(bindings[key]) === String(parameters[key])));
    this.#bindings.set(operation, kept);
  }

  #put(operation: Operation, bindings: Bindings): void {
    // Without each parameter of the path the binding leads nowhere.
    const isWhole = pathKeys(operation).every((key) => bindings[key] !== undefined && bindings[key] !== null);
    if (!isWhole) return;
    const kept = (this.#bindings.get(operation) ?? []).slice(1 - MOST);
    this.#bindings.set(operation, [...kept, bindings]);
  }

  #learnLocation({ call, answer, url }: Exchanged): void {
    const location = answer.status === 201 ? fieldOf(answer, "location") : undefined;
    if (location === undefined || !URL.canParse(location, url)) return;
    const base = new URL(url).pathname.slice(0, new URL(url).pathname.length - pathOf(call).length);
    const path = new URL(location, url).pathname.slice(base.length);
    for (const operation of this.#subject.operations) {
      const found = pathKeys(operation).length > 0 ? patternOf(operation.path).exec(path) : null;
      if (found === null) continue;
      const values = found.slice(1).map((text) => valueOfText(text));
      this.#put(
        operation,
        Object.fromEntries(namesIn(operation.path).map((name, index) => [`path.${name}`, values[index]])),
      );
    }
  }

  #learnIds({ call, value }: Exchanged): void {
    const { operation, parameters } = call;
    const [things, isOne] = thingsIn(value, operation);
    for (const below of this.#subject.operations) {
      const rest = below.path.startsWith(operation.path) ? below.path.slice(operation.path.length) : "";
      const [, name] = /^\/\{([^}]+)\}/.exec(rest) ?? [];
      if (name === undefined || namesIn(rest).length !== 1 || (isOne && operation.method !== "POST")) continue;
      for (const thing of things.slice(0, 3)) {
        const id = thing[name] ?? thing.id;
        if (id !== undefined) this.#put(below, { ...pathOnly(parameters), [`path.${name}`]: id });
      }
    }
  }
}

/** Are these parameters of the operation alone? A link may also carry a credential. */
function isPlain({ parameters }: Operation, bindings: Bindings): boolean {
  return Object.keys(bindings).every((key) => parameters.some((parameter) => keyOf(parameter) === key));
}

/** The objects that an answer lists, or the one that it is. */
function thingsIn(value: unknown, { method }: Operation): [readonly Readonly<Record<string, unknown>>[], boolean] {
  if (method !== "GET" && method !== "POST") return [[], false];
  const list = Array.isArray(value)
    ? value
    : isNode(value)
      ? Object.values(value).find((member) => Array.isArray(member))
      : [];
  if (Array.isArray(list) && (method === "GET" || Array.isArray(value))) return [list.filter(isNode), false];
  return isNode(value) ? [[value], true] : [[], false];
}

function pathOnly(parameters: Bindings): Bindings {
  return Object.fromEntries(Object.entries(parameters).filter(([key]) => key.startsWith("path.")));
}

function valueOfText(text: string): unknown {
  const decoded = decodeURIComponent(text);
  return readingsOf(decoded).find((value) => typeof value === "number") ?? decoded;
}
