import type { Operation } from "./handler-context.ts";

export const getLiveness: Operation<"getLiveness"> = () => ({ status: 200, body: { status: "live" } });

export const getReadiness: Operation<"getReadiness"> = async ({ accepting, databaseAnswers }) => {
  if (!accepting) return notReady("The server is about to stop.");
  if (!(await databaseAnswers())) return notReady("The database does not answer.");
  return { status: 200, body: { status: "ready" } };
};

function notReady(detail: string) {
  return { status: 503, body: { type: "about:blank", title: "Service Unavailable", status: 503, detail } } as const;
}
