import Router from "@koa/router";
import type { Context, Middleware } from "koa";
import type { Operation } from "./document/operation.ts";
import { HttpProblem } from "./problem.ts";

/** An operation and what serves it. */
export interface Route {
  readonly operation: Operation;
  readonly pipeline: Middleware;
}

/** The routes of path templates that differ in the names of their parameters at most. */
interface Group {
  readonly name: string;
  readonly routes: Route[];
}

/** The groups that have literal segments at the same places, by these segments. */
interface Shape {
  readonly length: number;
  readonly literalAt: readonly number[];
  readonly groups: Map<string, Group>;
}

/**
 * Sends each request to the operation of its path and method, with the parameters of the path in `ctx.params`. Passes a request with an
 * unknown path on; throws 405 for an unknown method. The path decides before the method does: where a literal path has no such method, no
 * template answers in its place.
 *
 * A path without parameters is looked up. Any other one is matched by a router that knows its few candidates only: one router for all
 * tries expression after expression, so that a request would cost more with each operation of the contract.
 *
 * @param acceptQuery the value of `Accept-Query` for each path that takes queries
 */
export function mountRoutes(routes: readonly Route[], acceptQuery: ReadonlyMap<string, string>): Middleware {
  const shapes = shapesOf(routes);
  const literal = new Map(
    routes
      .filter(({ operation }) => !isTemplate(operation.path))
      .map(({ operation, pipeline }) => [`${operation.method} ${operation.path}`, { path: operation.path, pipeline }]),
  );
  const routers = new Map<string, Middleware>();
  const acceptQueryAt = new Map([...acceptQuery].map(([path, mediaTypes]) => [toRouterPath(path), mediaTypes]));

  return (ctx, next) => {
    const { path, method } = ctx;
    const found = literal.get(`${method} ${path}`);
    if (found !== undefined) {
      ctx.matched = [found];
      ctx.params = {};
      return found.pipeline(ctx, next);
    }
    const groups = candidates(shapes, path);
    if (groups.length === 0) return next();
    const name = groups.length === 1 ? (groups[0] as Group).name : groups.map((group) => group.name).join(" ");
    let router = routers.get(name);
    if (router === undefined) {
      router = routerOf(groups.flatMap((group) => group.routes));
      routers.set(name, router);
    }
    return router(ctx, async () => (ctx.matched?.length ? answerOtherMethod(ctx, acceptQueryAt) : next()));
  };
}

function isTemplate(segment: string): boolean {
  return segment.includes("{");
}

function shapesOf(routes: readonly Route[]): Shape[] {
  const shapes = new Map<string, Shape>();
  for (const route of routes) {
    const segments = route.operation.path.split("/");
    const literalAt = segments.flatMap((segment, at) => (isTemplate(segment) ? [] : at));
    const outline = `${segments.length}: ${literalAt.join()}`;
    const shape = shapes.get(outline) ?? { length: segments.length, literalAt, groups: new Map<string, Group>() };
    shapes.set(outline, shape);
    const literals = literalsOf(segments, literalAt);
    const group = shape.groups.get(literals) ?? { name: `${outline} ${literals}`, routes: [] };
    shape.groups.set(literals, group);
    group.routes.push(route);
  }
  return [...shapes.values()];
}

function literalsOf(segments: readonly string[], literalAt: readonly number[]): string {
  let literals = "";
  for (const at of literalAt) literals += `/${segments[at]}`;
  return literals;
}

/** The groups whose literal segments a path has. */
function candidates(shapes: readonly Shape[], path: string): Group[] {
  const segments = path.split("/");
  const found: Group[] = [];
  for (const { length, literalAt, groups } of shapes) {
    const group = length === segments.length ? groups.get(literalsOf(segments, literalAt)) : undefined;
    if (group !== undefined) found.push(group);
  }
  return found;
}

/**
 * Asks the paths of some routes one after the other, the most literal one first (OpenAPI 3.1 §4.8.8.2). The first that matches answers,
 * or has `ctx.matched` tell of its methods. HEAD is answered as GET, without the content (RFC 9110 §9.3.2).
 */
function routerOf(routes: readonly Route[]): Middleware {
  const ranked = routes.toSorted((one, other) => (rankOf(one) < rankOf(other) ? -1 : 1));
  const paths = Map.groupBy(ranked, ({ operation }) => operation.path);
  const routers = [...paths].map(([path, ofPath]) => {
    const router = new Router({ strict: true, sensitive: true });
    for (const { operation, pipeline } of ofPath) router.register(toRouterPath(path), [operation.method], [pipeline]);
    return router.routes() as Middleware;
  });
  return (ctx, next) => {
    const ask = async (index: number): Promise<unknown> => {
      const router = ctx.matched?.length ? undefined : routers[index];
      return router === undefined ? next() : router(ctx, () => ask(index + 1));
    };
    return ask(0);
  };
}

/** Sorts a literal before a parameter at the same place, and `{name}.json` before `{name}`. */
function rankOf({ operation }: Route): string {
  const segments = operation.path.replaceAll(/\{[^}]+\}/g, LAST).split("/");
  return segments.map((segment) => segment + LAST).join("/");
}

const LAST = "\uffff";

/** A path template in the router's own syntax. */
function toRouterPath(template: string): string {
  return template.replaceAll(":", "\\:").replaceAll(/\{([^}]+)\}/g, ":$1");
}

/**
 * The path is known, the method is not: OPTIONS is told the methods, and the media types of queries; anything else gets 405 (RFC 9110
 * §15.5.6).
 */
function answerOtherMethod(ctx: Context, acceptQuery: ReadonlyMap<unknown, string>): void {
  const layers = ctx.matched as { methods: string[]; path: unknown }[];
  const allow = [...new Set(layers.flatMap(({ methods }) => methods)), "OPTIONS"].toSorted().join(", ");
  if (ctx.method !== "OPTIONS") {
    throw new HttpProblem(405, { detail: `${ctx.method} is not allowed here.`, headers: { Allow: allow } });
  }
  ctx.status = 204;
  ctx.set("Allow", allow);
  const mediaTypes = layers.map(({ path }) => acceptQuery.get(path)).find((value) => value !== undefined);
  if (mediaTypes !== undefined) ctx.set("Accept-Query", mediaTypes);
}
