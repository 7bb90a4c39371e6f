import test from "ava";
import fc from "fast-check";
import { arbitraryRequest } from "../../support/contract/arbitrary-request.ts";
import { operations } from "../../support/judge.ts";
import { signUp, startServer } from "../../support/server.ts";

test("no request of any shape gets a 5xx, and each answer is one that the contract declares", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const seen = new Map<string, Set<number>>();
  await fc.assert(
    fc.asyncProperty(arbitraryRequest(operations), async ({ operation, path, headers, body, signedIn }) => {
      const { operationId, method } = operation;
      // Who signs out has no token for the requests that follow.
      const mine = signedIn && operationId !== "logout" ? ada.headers : {};
      const response = await server.request(path, {
        method,
        headers: { ...headers, ...mine },
        ...(body !== undefined && { body }),
      });
      const text = await response.text();
      t.true(response.status < 500, `${method} ${path} → ${response.status} ${text}`);
      if (response.status >= 400) t.notRegex(text, /node_modules|\/src\/|\.ts:| {4}at |SQLITE|sqlite3|insert into/);
      seen.set(operationId, (seen.get(operationId) ?? new Set()).add(response.status));
    }),
    { numRuns: 600 },
  );
  // It must not be garbage alone: most operations were also asked for something that they have.
  const successful = [...seen.values()].filter((statuses) => [...statuses].some((status) => status < 400));
  t.true(successful.length > 10, JSON.stringify([...seen].map(([id, statuses]) => [id, [...statuses]])));
  t.false(server.log().includes('"fault"'), server.log());
});
