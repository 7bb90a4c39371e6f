import type { Sources, Telemetry } from "./telemetry.ts";

/** The place at which measurements are served. */
export interface MetricsPlace {
  readonly metricsHost: string;
  /** Undefined: nothing is measured. */
  readonly metricsPort: number | undefined;
}

/**
 * Serves measurements at `/metrics` on a port of their own, where the settings name one. Its packages take 25 MB, and are loaded then alone.
 *
 * @param onOpen called with the address
 * @throws {MetricsUnavailable}
 */
export async function openTelemetry(
  { metricsHost: host, metricsPort: port }: MetricsPlace,
  sources: Sources,
  onOpen: (url: string) => void,
): Promise<Telemetry | undefined> {
  if (port === undefined) return undefined;
  const { serveMetrics } = await import("./metrics-server.ts");
  return serveMetrics({ host, port }, sources, onOpen);
}
