import type { ServerResponse } from "node:http";

/** The client went away before its answer was out. It is no fault of the server, and there is no client to answer. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
  override readonly message = "The client has gone.";
}

/** A signal that is aborted, with {@link ClientGone}, when the connection closes before the answer is out. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const leave = () => {
    if (!response.writableFinished) gone.abort(new ClientGone());
  };
  // A connection that closed while the content was read emits no further "close".
  if (response.destroyed) leave();
  else response.once("close", leave);
  return gone.signal;
}

const CODES: readonly unknown[] = ["ECONNRESET", "EPIPE", "ECONNABORTED", "ERR_STREAM_PREMATURE_CLOSE"];

/** Whether an error of the response's connection means only that its client has closed or reset it. */
export function isHangUp(error: unknown, response: ServerResponse | undefined): boolean {
  return (
    response?.req.socket.destroyed === true && error instanceof Error && "code" in error && CODES.includes(error.code)
  );
}
