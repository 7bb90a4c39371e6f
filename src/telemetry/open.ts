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
 * @param onOpen called with `metrics` and their address, and with `traces` and the name that is the scope of all spans
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
  if (!isTraced()) return metrics;
  const { traceServer } = await import("./tracing.ts");
  onOpen("traces", { scope: SCOPE });
  return traceServer(SCOPE, server, metrics);
}

/** Whether a tracer provider is registered: asking the API would load it. */
function isTraced(): boolean {
  const api: unknown = Reflect.get(globalThis, REGISTERED);
  return typeof api === "object" && api !== null && "trace" in api;
}
