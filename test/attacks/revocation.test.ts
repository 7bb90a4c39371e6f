import test from "ava";
import { logIn, PASSWORD, type Person, post, signIn, signUp, startServer, type TestServer } from "../support/server.ts";

type Fields = Record<string, string>;

interface Case {
  /** Ends the credential of the traffic. */
  readonly end: (
    server: TestServer,
    by: Person,
    victim: { readonly id: string; readonly headers: Fields },
  ) => Promise<Response>;
  readonly kind: "token" | "session";
}

const CASES: Record<string, Case> = {
  logout: { kind: "token", end: (server, _, { headers }) => server.request("/logout", { method: "POST", headers }) },
  revokeToken: {
    kind: "token",
    end: (server, { headers }, { id }) => server.request(`/api/tokens/${id}`, { method: "DELETE", headers }),
  },
  revokeTokens: {
    kind: "token",
    end: (server, { headers }) => server.request("/api/tokens", { method: "DELETE", headers }),
  },
  revokeSession: {
    kind: "session",
    end: (server, { headers }, { id }) => server.request(`/api/sessions/${id}`, { method: "DELETE", headers }),
  },
  revokeSessions: {
    kind: "session",
    end: (server, { headers }) => server.request("/api/sessions", { method: "DELETE", headers }),
  },
  changePassword: {
    kind: "session",
    end: (server, { headers }) =>
      post(server, "/change", { password: PASSWORD, new_password: "vK8#qz2w!pL5" }, headers),
  },
};

for (const [operationId, { kind, end }] of Object.entries(CASES)) {
  test(`${operationId}: 2xx holds for every request that starts after it, whatever is under way`, async (t) => {
    const server = await startServer(t);
    const ada = await signUp(server);
    const session = async () => {
      const { cookie } = await signIn(server, ada.email);
      return { id: cookie.slice("kudos_session=kudoss_".length).slice(0, 22), headers: { Cookie: cookie } };
    };
    const token = async () => {
      const { token: text, headers } = await logIn(server, ada.email);
      return { id: text.slice(6, 28), headers };
    };
    const victim = kind === "token" ? await token() : await session();
    const [path, method] = kind === "token" ? ["/api/articles/1/likes", "POST"] : ["/api/test_session", "GET"];

    const seen: { readonly start: number; readonly status: number }[] = [];
    let ended = Number.POSITIVE_INFINITY;
    const traffic = async (): Promise<void> => {
      for (let late = 0; late < 2 || performance.now() < ended + 100; ) {
        const start = performance.now();
        if (start >= ended) late += 1;
        const { status } = await server.request(path, { method, headers: victim.headers });
        seen.push({ start, status });
      }
    };
    const workers = Array.from({ length: 8 }, traffic);
    while (seen.length < 40) await new Promise((resolve) => setImmediate(resolve));
    const response = await end(server, ada, victim);
    ended = performance.now();
    t.true(response.ok);
    await Promise.all(workers);
    const before = seen.filter(({ start }) => start < ended).map(({ status }) => status);
    const after = seen.filter(({ start }) => start >= ended).map(({ status }) => status);
    t.true(before.includes(kind === "token" ? 201 : 200));
    t.true(after.length >= 2 * workers.length, String(after.length));
    t.deepEqual([...new Set(after)], [401]);
  });
}
