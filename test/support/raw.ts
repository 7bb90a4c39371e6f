import { connect } from "node:net";

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case, values of repeated fields joined by ", ". */
  readonly headers: Headers;
  readonly body: string;
}

export interface ExchangeOptions {
  /** The number of answers to wait for. */
  readonly answers?: number;
  /** Whether the request is a HEAD, whose answer has the fields of a body and no body. */
  readonly head?: boolean;
  /** The time to wait for them, in milliseconds; the result is all that has arrived by then. */
  readonly patience?: number;
}

/**
 * Sends bytes that `fetch` would refuse to send, and reads answers until there are enough, the server hangs up or
 * patience ends. Interim answers (1xx) do not count.
 */
export function exchange(
  url: string,
  bytes: string | Uint8Array,
  { answers = 1, head = false, patience = 60_000 }: ExchangeOptions = {},
): Promise<RawAnswer[]> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect(Number(port), hostname);
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(parseAnswers(received, head));
    };
    const timer = setTimeout(end, patience);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (parseAnswers(received, head).length >= answers) end();
    });
    // A server that hangs up while bytes are on their way may reset the connection; the answers before that count.
    socket.on("error", end);
    socket.on("close", end);
    socket.write(bytes);
  });
}

/** A request as text: a line, its header fields in their order, its content. `Host` is added unless a field names it. */
export function requestText(line: string, fields: readonly string[] = [], content = ""): string {
  const host = fields.some((field) => /^host:/i.test(field)) ? [] : ["Host: kudos.test"];
  return [line, ...host, ...fields, "", content].join("\r\n");
}

/** The complete answers in the received bytes, without a last one that is cut off. */
function parseAnswers(received: Buffer, head: boolean): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = received;
  for (;;) {
    const separator = rest.indexOf("\r\n\r\n");
    if (separator < 0) return answers;
    const [statusLine = "", ...lines] = rest.subarray(0, separator).toString("latin1").split("\r\n");
    const status = Number(statusLine.split(" ")[1]);
    const headers = new Headers();
    for (const line of lines) headers.append(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1));
    const empty = head || status === 204 || status === 304 || status < 200;
    const start = separator + 4;
    const length = empty ? 0 : Number(headers.get("Content-Length") ?? 0);
    if (rest.length < start + length) return answers;
    if (status >= 200) answers.push({ status, headers, body: rest.subarray(start, start + length).toString() });
    rest = rest.subarray(start + length);
  }
}
