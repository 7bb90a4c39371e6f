import { createServer } from "node:http";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { listenAt } from "../http/listening/address.ts";
import { measureOwn } from "./own-meters.ts";
import { measureRequests } from "./request-meters.ts";
import { measureRuntime } from "./runtime-meters.ts";
import { MetricsUnavailable, type Sources, type Telemetry } from "./telemetry.ts";

/** The text format of Prometheus, https://prometheus.io/docs/instrumenting/exposition_formats. */
const TEXT = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Measures, and serves what was measured at `/metrics` on a server of its own, which has no other path.
 *
 * @param onOpen called with the address
 * @throws {MetricsUnavailable}
 */
export async function serveMetrics(
  place: { readonly host: string; readonly port: number },
  sources: Sources,
  onOpen: (url: string) => void,
): Promise<Telemetry> {
  const exporter = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    withoutTargetInfo: true,
  });
  const provider = new MeterProvider({ readers: [exporter] });
  const server = createServer((request, response) => {
    if (request.url?.split("?")[0] !== "/metrics") {
      response.writeHead(404).end();
    } else if (request.method !== "GET") {
      response.writeHead(405, { Allow: "GET" }).end();
    } else {
      exporter.getMetricsRequestHandler(request, response);
      response.setHeader("Content-Type", TEXT);
    }
  });
  const url = await listenAt(server, place).catch((cause: NodeJS.ErrnoException) => {
    const reason = `METRICS_HOST=${place.host} and METRICS_PORT=${place.port} cannot be listened at (${cause.code})`;
    throw new MetricsUnavailable(`${reason}; choose others, or stop what listens there`, { cause });
  });
  server.unref();
  const meter = provider.getMeter("kudos");
  const measure = measureRequests(meter);
  const own = measureOwn(meter, sources);
  const runtime = measureRuntime(meter);
  onOpen(`${url}/metrics`);
  return {
    measure,
    onLookUp: own.onLookUp,
    close: async () => {
      own.close();
      runtime.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await provider.shutdown();
    },
  };
}
