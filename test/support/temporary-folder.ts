import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";

/** An empty folder that ends with the test. */
export const temporaryFolder = async (t: ExecutionContext<unknown>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "kudos-test-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
