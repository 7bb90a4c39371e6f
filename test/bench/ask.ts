import { type IncomingHttpHeaders, request } from "node:http";

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: string | undefined;
}

/** An answer, and the time until it was there as a whole, in milliseconds. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly content: string;
  readonly ms: number;
}

/** Sends one request by Node's client, which keeps its connections. */
export function ask(url: string, path: string, { method = "GET", headers = {}, content }: Question): Promise<Answer> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers }, async (response) => {
      const { statusCode: status = 0, headers: fields } = response;
      const received = (await response.toArray()).join("");
      resolve({ status, headers: fields, content: received, ms: performance.now() - start });
    });
    sent.on("error", reject);
    sent.end(content);
  });
}
