import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { Context } from "koa";

/** A file that a client has sent. It is there until the answer has been sent, or the client has gone: a handler that keeps it moves it. */
export interface UploadedFile {
  /** Where it is: a name of the server's own, in a folder that no other request has. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** As the client names it; the bytes are not looked at. */
  readonly mediaType: string;
  /** As the client names it; undefined when it does not. It is a text like any other, and no path. */
  readonly name: string | undefined;
}

/** Content as a handler gets it: clients send a `Blob` where it finds a file. */
export type Received<T> = T extends Blob
  ? UploadedFile
  : T extends object
    ? { [Name in keyof T]: Received<T[Name]> }
    : T;

/** The content of a request, by its media types: files are in `multipart/form-data`, or the whole of it. */
export type ReceivedContent<C> = {
  [M in keyof C]: C[M] extends Blob ? UploadedFile : M extends "multipart/form-data" ? Received<C[M]> : C[M];
}[keyof C];

/** The folder of one request's files. */
export interface Uploads {
  /** A stream into a new file, which the folder closes when it is removed. */
  create(): { readonly path: string; readonly stream: Writable };
}

/** Makes a folder for the files of a request, and removes it with them when the answer has been sent or the connection has ended. */
export async function createUploads({ res }: Context): Promise<Uploads> {
  const folder = await mkdtemp(join(tmpdir(), "upload-"));
  const streams: Writable[] = [];
  let removed = false;
  const remove = (): void => {
    removed = true;
    for (const stream of streams) stream.destroy();
    // A folder that cannot be removed is left to the system: nobody waits for an answer any more.
    rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => {});
  };
  res.once("close", remove);
  if (res.closed || res.destroyed) remove();
  return {
    create: () => {
      const path = join(folder, String(streams.length));
      const stream = removed ? nowhere() : createWriteStream(path, { flags: "wx", mode: 0o600 });
      streams.push(stream);
      return { path, stream };
    },
  };
}

/** A stream for what still arrives after the folder was removed. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
