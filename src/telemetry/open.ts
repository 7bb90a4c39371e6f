import type { ServerPlace } from "./request-spans.ts";
import type { Sources, Telemetry } from "./telemetry.ts";

/** The place at which measurements are served. */
export interface MetricsPlace {
  readonly metricsHost: string;
  /** Undefined: nothing is measured. */
  readonly metricsPort: number | undefined;
}

/** Where the OpenTelemetry API keeps what an SDK has registered, for all copies of the API in a process. */
const REGISTERED = Symbol.for("opentelemetry.js.api.1");

/** The name of the scope of all spans. */
const SCOPE = "kudos";

/**
 * Serves measurements at `/metrics` on a port of their own, where the settings name one; and makes spans where an OpenTelemetry SDK was
 * loaded before the program, which says what becomes of them. Their packages take 25 MB, and are loaded then alone.
 *
 * @param onOpen called with `metrics` and their address; with `traces` and the name that is the scope of all spans, or with `no traces`
 *   and the reason why the SDK cannot be used
 * @throws {MetricsUnavailable}
 */
export async function openTelemetry(
  { metricsHost: host, metricsPort: port, ...server }: MetricsPlace & ServerPlace,
  sources: Sources,
  onOpen: (what: string, fields: Readonly<Record<string, string>>) => void,
): Promise<Telemetry | undefined> {
  const metrics =
    port === undefined
      ? undefined
      : await (await import("./metrics-server.ts")).serveMetrics({ host, port }, sources, (address) =>
          onOpen("metrics", { address }),
        );
  const registered = findRegistered();
  if (registered === undefined) return metrics;
  const { findTracer, traceServer } = await import("./tracing.ts");
  const tracer = findTracer(SCOPE, registered.trace);
  if (tracer === undefined) {
    onOpen("no traces", {
      reason: `the SDK has @opentelemetry/api ${registered.version}, which is older than this program's`,
    });
    return metrics;
  }
  onOpen("traces", { scope: SCOPE });
  return traceServer(tracer, server, metrics);
}

/** The tracer provider that is registered, and the version of the API by which it was; undefined for none. To ask the API would load it. */
function findRegistered(): { readonly trace: unknown; readonly version: string } | undefined {
  const api: unknown = Reflect.get(globalThis, REGISTERED);
  if (typeof api !== "object" || api === null || !("trace" in api)) return undefined;
  return { trace: api.trace, version: "version" in api ? String(api.version) : "of no version" };
}
