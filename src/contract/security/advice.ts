import type { Context } from "koa";
import type { SecurityScheme } from "../document/operation.ts";

export interface AdviceOptions {
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly cookiePrefix: (ctx: Context) => string;
}

/** The reason why cookies of one name count for nothing, and the way out, for the detail of a 401. */
export function adviceOnCookies(
  ctx: Context,
  names: readonly string[],
  { schemes, cookiePrefix }: AdviceOptions,
): string {
  const cookie = names.map((name) => schemes.get(name)?.node).find((node) => node?.in === "cookie");
  const name = `${cookiePrefix(ctx)}${cookie?.name}`;
  return `The request carries several cookies ${name}, so none of them counts. Delete the cookies of this site, and sign in again.`;
}
