import { once } from "node:events";
import { connect } from "node:net";
import test from "ava";
import { requestText } from "../support/raw.ts";
import { startServer } from "../support/server.ts";

const CONTENT = '{"article_id":1}';
const FIELDS = ["Content-Type: application/json", `Content-Length: ${CONTENT.length}`, "Expect: 100-continue"];

/** Sends the head of a request and answers the first status line that comes back. */
async function firstLine(url: string, line: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(requestText(line, FIELDS));
  const [bytes] = await once(socket, "data");
  socket.destroy();
  return String(bytes).split("\r\n")[0] ?? "";
}

test("createArticleLike: 401 before the content is asked for", async (t) => {
  const { url } = await startServer(t);
  t.is(await firstLine(url, "POST /api/article_likes HTTP/1.1"), "HTTP/1.1 401 Unauthorized");
});

test("login: 100 once the content is wanted", async (t) => {
  const { url } = await startServer(t);
  t.is(await firstLine(url, "POST /login HTTP/1.1"), "HTTP/1.1 100 Continue");
});

test("login: no 100 for HTTP/1.0, which has no interim answers (RFC 9110 §10.1.1)", async (t) => {
  const { url } = await startServer(t);
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  t.teardown(() => socket.destroy());
  socket.write(requestText("POST /login HTTP/1.0", FIELDS, CONTENT));
  const [bytes] = await once(socket, "data");
  t.regex(String(bytes), /^HTTP\/1\.1 400 /);
});
