import type { Operation } from "./handler-context.ts";
import { NotReady } from "./steps/errors.ts";

export const getLiveness: Operation<"getLiveness"> = () => ({ status: 200, body: { status: "live" } });

export const getReadiness: Operation<"getReadiness"> = async ({ accepting, databaseAnswers }) => {
  if (!accepting) throw new NotReady("The server is about to stop.");
  if (!(await databaseAnswers())) throw new NotReady("The database does not answer.");
  return { status: 200, body: { status: "ready" } };
};
