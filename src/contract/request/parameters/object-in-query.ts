import type { Context } from "koa";
import type { Operation, Parameter } from "../../document/operation.ts";
import { compileObject, type Typed } from "../../schema/typed.ts";
import { decodeForm, type RawQuery } from "./query.ts";
import type { Member } from "./style.ts";

/** Finds a parameter in a request and reads it; undefined when it is not there. */
export type Read = (ctx: Context, query: RawQuery) => Typed | undefined;

/** An exploded object: its members are parameters of the query, and so are all that nobody else takes, if it has others. */
export function compileSpread({ name, shape }: Parameter, { parameters }: Operation): Read {
  const object = compileObject(shape);
  const taken = new Set(
    parameters.filter((other) => other.name !== name && other.in === "query").map((other) => other.name),
  );
  const isMember = (key: string) => shape.members.has(key) || (shape.others !== undefined && !taken.has(key));
  return (_ctx, query) => {
    const members = [...query].filter(([key]) => isMember(key));
    return members.length === 0 ? undefined : object(decodeMembers(members));
  };
}

/** An object in brackets: `filter[a]=1&filter[b]=2`. Brackets in brackets are no style (OpenAPI 3.1 §4.8.12.2). */
export function compileDeep({ name, shape }: Parameter): Read {
  const object = compileObject(shape);
  return (_ctx, query) => {
    const members: [string, readonly string[]][] = [];
    for (const [key, values] of query) {
      if (!key.startsWith(`${name}[`)) continue;
      const member = /^\[([^[\]]+)\]$/.exec(key.slice(name.length))?.[1];
      if (member === undefined) return { fault: "is not written in the style deepObject", pointer: "" };
      members.push([member, values]);
    }
    return members.length === 0 ? undefined : object(decodeMembers(members));
  };
}

function decodeMembers(members: Iterable<readonly [string, readonly string[]]>): Member[] {
  return [...members].flatMap(([name, values]) => values.map((value) => [name, decodeForm(value)] as const));
}
