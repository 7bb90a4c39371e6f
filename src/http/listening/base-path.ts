import type { Middleware } from "koa";

/**
 * Serves below a path of a host that a proxy shares among several programs: takes requests with the path and without it, since some
 * proxies cut it off, and puts it in front of the local paths of `Location` and `Link`.
 *
 * @param base such as `/kudos`
 */
export function basePath(base: string): Middleware {
  const isBelow = (path: string) => path === base || path.startsWith(`${base}/`) || path.startsWith(`${base}?`);
  return async (ctx, next) => {
    if (isBelow(ctx.url)) ctx.url = `/${ctx.url.slice(base.length).replace(/^\//, "")}`;
    await next();
    const { location, link } = ctx.response.headers;
    if (typeof location === "string" && isLocal(location) && !isBelow(location)) ctx.set("Location", base + location);
    if (typeof link === "string") {
      ctx.set(
        "Link",
        link.replace(/<(\/[^>]*)>/g, (target, path) => (isBelow(path) ? target : `<${base}${path}>`)),
      );
    }
  };
}

function isLocal(location: string): boolean {
  return location.startsWith("/") && !location.startsWith("//");
}
