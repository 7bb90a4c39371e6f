import type { RequestOf } from "../../../src/contract/handler.ts";
import type { UploadedFile } from "../../../src/contract/request/content/uploads.ts";

/*
 * What handlers get of forms with files, by the types that the generator writes. The proofs are made by `tsc`: an `@ts-expect-error` is an
 * error itself where nothing is wrong.
 */

interface Upload {
  parameters: { query: { filter?: { a?: string; n?: number }; ids: number[] } };
  requestBody: {
    content: { "multipart/form-data": { picture: Blob; pages?: Blob[]; n: number; meta?: { a: number } } };
  };
  responses: { 200: { content?: undefined } };
}

interface Store {
  parameters: Record<never, never>;
  requestBody: { content: { "application/octet-stream": Blob; "application/json": { a: number } } };
  responses: { 200: { content?: undefined } };
}

type Got<Operation extends Upload | Store> = RequestOf<Operation, "none", never>;

/** Does not compile unless both are the same type. */
function same<One, Other>(..._proof: [One] extends [Other] ? ([Other] extends [One] ? [] : [never]) : [never]): void {}

export function received(upload: Got<Upload>, store: Got<Store>): void {
  same<typeof upload.body.picture, UploadedFile>();
  same<typeof upload.body.pages, UploadedFile[] | undefined>();
  same<typeof upload.body.n, number>();
  same<typeof upload.body.meta, { a: number } | undefined>();
  same<typeof upload.query.ids, number[]>();
  same<typeof store.body, UploadedFile | { a: number }>();
  // @ts-expect-error a handler gets no Blob
  same<typeof upload.body.picture, Blob>();
}
