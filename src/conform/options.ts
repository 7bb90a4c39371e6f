/** What a run of the checks can be told. */
export interface ConformOptions {
  /** The server, with the path that stands before those of the document. */
  readonly server: URL;
  /** Texts by the name of the security scheme; `user:password` for HTTP Basic. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Header fields that every request has. */
  readonly headers: readonly (readonly [string, string])[];
  /** The operations to check, by operationId; empty: all. */
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly seed: number;
  /** How many valid requests each operation gets; the other checks are scaled by it. */
  readonly runs: number;
  /** The longest time that an exchange may take, in milliseconds. */
  readonly timeout: number;
  /** The one check to replay, as a report names it: `<check>@<path of fast-check>`. */
  readonly replay: string | undefined;
  /** Stops at the first fault. */
  readonly failFast: boolean;
}

/** The options of a run that is told nothing but its server. */
export function defaultOptions(server: URL): ConformOptions {
  return {
    server,
    credentials: {},
    headers: [],
    only: [],
    except: [],
    seed: 1,
    runs: 20,
    timeout: 10_000,
    replay: undefined,
    failFast: false,
  };
}
