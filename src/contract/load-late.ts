import { createRequire } from "node:module";
import { HttpProblem } from "./problem.ts";

const require = createRequire(import.meta.url);

/**
 * Loads a package with the first request that needs it. `import()` remembers a failure for good: a package that could not be read once, for
 * want of file descriptors, would never be.
 *
 * @throws {HttpProblem} 503, and the next request tries anew
 */
export function loadLate<Package>(name: string): Package {
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
