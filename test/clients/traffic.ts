import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { ExecutionContext } from "ava";

/** A request and its answer, as a client sees them. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly sent: Headers;
  readonly content: string | undefined;
  readonly status: number;
  readonly received: Headers;
  readonly text: string;
}

/** A step of the journey: what is asked, and the status that it should have. */
type Step = readonly [
  request: string,
  status: number,
  content?: object | undefined,
  fields?: Readonly<Record<string, string>>,
];

const ME = { email: "ada@example.com", password: "correct horse battery staple" };

/**
 * A user's journey through the document for clients, each request as it is declared: register, sign in, like, list, unlike, sign out;
 * credentials that are wrong or have ended, what is not there, what is refused. Answers all of it.
 *
 * @param url where the API is, or a proxy in front of it
 * @param heeds `statuses`: throws where a status is another than it should be
 */
export async function makeJourney(
  url: string,
  heeds: "statuses" | "nothing" = "statuses",
): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = [];
  const take = async ([request, status, content, fields]: Step): Promise<Exchange> => {
    const exchange = await ask(url, request, content, fields);
    exchanges.push(exchange);
    if (heeds === "statuses" && exchange.status !== status)
      throw new Error(`${request}: ${exchange.status}, not ${status}\n${exchange.text}`);
    return exchange;
  };
  const registered = await take(["POST /register?include_auth_token", 200, ME]);
  await take(["POST /register", 400, ME]);
  const signedIn = await take(["POST /api/sign_in", 201, { ...ME, token_name: "journey" }]);
  await take(["POST /api/sign_in", 400, { ...ME, password: "wrong" }]);
  const first = { "Authentication-Token": JSON.parse(registered.text).response.user.authentication_token };
  const token = { "Authentication-Token": JSON.parse(signedIn.text).authentication_token };
  const ended = { "Authentication-Token": "kudos_this_is_none" };
  const steps: readonly Step[] = [
    ["GET /api/test", 200, undefined, token],
    ["GET /api/me", 200, undefined, token],
    ["GET /api/articles?limit=2", 200, undefined, token],
    ["GET /api/articles/1", 200],
    ["GET /api/articles/999999", 404],
    ["POST /api/article_likes", 201, { article_id: 1 }, token],
    ["POST /api/article_likes", 200, { article_id: 1 }, token],
    ["POST /api/article_likes", 404, { article_id: 999_999 }, token],
    ["GET /api/articles/1/likes", 200],
    ["DELETE /api/articles/1/likes", 204, undefined, token],
    ["POST /api/articles", 403, { title: "A title", author: "Ada" }, token],
    ["GET /api/tokens", 200, undefined, token],
    ["GET /api/sessions", 200, undefined, token],
    ["POST /verify", 200, { password: ME.password }, token],
    ["POST /logout", 200, undefined, first],
    ["POST /logout", 200, undefined, token],
    ["GET /api/test", 401, undefined, ended],
    ["POST /api/article_likes", 401, { article_id: 1 }, token],
  ];
  for (const step of steps) await take(step);
  return exchanges;
}

async function ask(
  url: string,
  request: string,
  content?: object | undefined,
  fields?: Readonly<Record<string, string>>,
) {
  const [method = "", target = ""] = request.split(" ");
  const sent = new Headers({ Accept: "application/json", ...fields });
  if (content) sent.set("Content-Type", "application/json");
  const written = content && JSON.stringify(content);
  const address = new URL(target, url).href;
  const answer = await fetch(address, { method, headers: sent, ...(written && { body: written }) });
  const text = await answer.text();
  return { method, url: address, sent, content: written, status: answer.status, received: answer.headers, text };
}

/** Traffic as an HTTP archive (HAR 1.2), which browsers and tools write and read. */
export function toHar(exchanges: readonly Exchange[]): string {
  const creator = { name: "kudos", version: "1" };
  return JSON.stringify({ log: { version: "1.2", creator, entries: exchanges.map(toEntry) } });
}

function toEntry({ method, url, sent, content, status, received, text }: Exchange) {
  const pairs = (list: Iterable<[string, string]>) => [...list].map(([name, value]) => ({ name, value }));
  const common = { httpVersion: "HTTP/1.1", cookies: [], headersSize: -1, bodySize: -1 };
  const mimeType = received.get("Content-Type") ?? "";
  return {
    startedDateTime: "2026-01-01T00:00:00.000Z",
    time: 1,
    cache: {},
    timings: { send: 0, wait: 1, receive: 0 },
    request: {
      ...common,
      method,
      url,
      headers: pairs(sent),
      queryString: pairs(new URL(url).searchParams),
      ...(content && { postData: { mimeType: "application/json", text: content } }),
    },
    response: {
      ...common,
      status,
      statusText: "",
      headers: pairs(received),
      content: { size: text.length, mimeType, text },
      redirectURL: "",
    },
  };
}

/** What a server answers: a plan for a proxy that changes it. */
export interface Answered {
  status: number;
  readonly headers: Record<string, string>;
  text: string;
}

/**
 * The origin of a proxy that hands on what a server answers, changed, until the test ends: so a tool that finds nothing in the server's
 * own answers can be seen to look at them.
 */
export async function changing(
  t: ExecutionContext,
  url: string,
  change: (request: string, answer: Answered) => void,
): Promise<string> {
  const proxy = createServer(async (incoming, outgoing) => {
    const { method = "", url: path = "" } = incoming;
    const chunks = await Array.fromAsync(incoming as AsyncIterable<Buffer>);
    const body = Buffer.concat(chunks);
    const headers = onward(incoming.headers);
    const answer = await fetch(new URL(path, url), { method, headers, ...(body.length > 0 && { body }) });
    const { connection, "transfer-encoding": _, "content-length": __, ...kept } = Object.fromEntries(answer.headers);
    const changed: Answered = { status: answer.status, headers: kept, text: await answer.text() };
    change(`${method} ${path}`, changed);
    outgoing.writeHead(changed.status, changed.headers).end(changed.status === 204 ? undefined : changed.text);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.teardown(() => proxy.close());
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** The fields that belong to a request, and not to its connection. */
function onward({ host, connection, "content-length": _, ...fields }: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}
