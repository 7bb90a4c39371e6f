import type { Operation } from "./handler-context.ts";

export const getTest: Operation<"getTest"> = () => ({ status: 200, body: { msg: "Hello World" } });

export const getTestSession: Operation<"getTestSession"> = () => ({ status: 200, body: { msg: "Hello World" } });
