import fc from "fast-check";
import type { Operation } from "../../contract/document/operation.ts";
import { fieldOf } from "../http/read-answer.ts";
import type { Run } from "../run.ts";
import { seek } from "../seek.ts";
import { isSuccess, leanCall, settle } from "../state/provide.ts";

/** Where HEAD is answered at all, it is answered as GET is, without the content (RFC 9110 §9.3.2). */
export async function checkHead(run: Run, operation: Operation): Promise<void> {
  const isDeclared = run.subject.operations.some(({ method, path }) => method === "HEAD" && path === operation.path);
  if (operation.method !== "GET" || isDeclared) return;
  await seek(run, operation, "HEAD", fc.constant(0), 1, async () => {
    const call = await leanCall(run, operation);
    if (call === undefined) return [];
    const got = await run.send(call);
    settle(run, got);
    if (!isSuccess(got)) return got.breaches;
    const stray = await run.sendStray({ ...call, method: "HEAD" });
    if ([405, 501, 429, 503].includes(stray.answer.status)) return stray.breaches;
    if (stray.answer.status !== got.answer.status) {
      return [
        run.breach(stray, `answers ${stray.answer.status} to HEAD, and ${got.answer.status} to GET`),
        ...stray.breaches,
      ];
    }
    const [type, wanted] = [fieldOf(stray.answer, "content-type"), fieldOf(got.answer, "content-type")];
    const differs = type !== undefined && type !== wanted;
    const seen = await run.send({ ...call, method: "HEAD" });
    return [
      ...seen.breaches,
      ...(differs ? [run.breach(stray, `answers HEAD with ${type}, and GET with ${wanted}`)] : []),
    ];
  });
}

/** What has an entity tag is answered with 304 to who has it, where that is declared, or again (RFC 9110 §13.1.2). */
export async function checkCondition(run: Run, operation: Operation): Promise<void> {
  if (operation.method !== "GET" || !operation.responses.has(304)) return;
  await seek(run, operation, "If-None-Match", fc.constant(0), 1, async () => {
    const call = await leanCall(run, operation);
    const got = call && (await run.send(call));
    const tag = got && fieldOf(got.answer, "etag");
    if (call === undefined || got === undefined || tag === undefined) return got?.breaches ?? [];
    const again = await run.send({ ...call, headers: [...call.headers, ["If-None-Match", tag]] });
    return [...got.breaches, ...again.breaches];
  });
}
