import type { EntityManager } from "@mikro-orm/core";
import type { Operation } from "./handler-context.ts";

export const getLiveness: Operation<"getLiveness"> = () => ({ status: 200, body: { status: "live" } });

export const getReadiness: Operation<"getReadiness"> = async ({ em, accepting }) => {
  const detail = accepting ? await askDatabase(em) : "The server is about to stop.";
  if (detail === undefined) return { status: 200, body: { status: "ready" } };
  return { status: 503, body: { type: "about:blank", title: "Service Unavailable", status: 503, detail } };
};

async function askDatabase(em: EntityManager): Promise<string | undefined> {
  const answers = await em.getConnection().isConnected();
  return answers ? undefined : "The database does not answer.";
}
