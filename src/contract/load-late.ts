import { createRequire } from "node:module";
import { HttpProblem } from "./problem.ts";

const require = createRequire(import.meta.url);

/**
 * Loads a package with the first request that needs it. `import()` leaves the thread free in between, but remembers a failure for good: a
 * package that could not be read once, for want of file descriptors, would never be. `require` tries anew.
 *
 * @throws {HttpProblem} 503, which the next request need not get
 */
export async function loadLate<Package>(name: string): Promise<Package> {
  try {
    return await import(name);
  } catch {
    return loadAgain(name);
  }
}

function loadAgain<Package>(name: string): Package {
  try {
    return require(name);
  } catch (cause) {
    throw new HttpProblem(503, {
      detail: "The server has no room for this at the moment. Try again shortly.",
      headers: { "Retry-After": "5" },
      fault: true,
      cause,
    });
  }
}
