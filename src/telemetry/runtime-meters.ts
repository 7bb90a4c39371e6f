import { constants, monitorEventLoopDelay, PerformanceObserver, performance } from "node:perf_hooks";
import { getHeapSpaceStatistics } from "node:v8";
import type { Meter } from "@opentelemetry/api";

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** The kinds of collections of V8, by the names of the semantic conventions. */
const COLLECTIONS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: "major",
  [constants.NODE_PERFORMANCE_GC_MINOR]: "minor",
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: "incremental",
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: "weakcb",
};

/**
 * Measures Node, V8 and the process by the names of the semantic conventions (https://opentelemetry.io/docs/specs/semconv/runtime). The
 * delay of the event loop is that since the collection before.
 */
export function measureRuntime(meter: Meter): { close(): void } {
  const closeDelay = measureDelay(meter);
  const closeCollections = measureCollections(meter);
  measureHeap(meter);
  measureProcess(meter);
  return {
    close: () => {
      closeDelay();
      closeCollections();
    },
  };
}

function measureDelay(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const gauge = (name: string, description: string) =>
    meter.createObservableGauge(`nodejs.eventloop.${name}`, { description, unit: "s" });
  const gauges = {
    min: gauge("delay.min", "Event loop minimum delay."),
    max: gauge("delay.max", "Event loop maximum delay."),
    mean: gauge("delay.mean", "Event loop mean delay."),
    stddev: gauge("delay.stddev", "Event loop standard deviation delay."),
    p50: gauge("delay.p50", "Event loop 50 percentile delay."),
    p90: gauge("delay.p90", "Event loop 90 percentile delay."),
    p99: gauge("delay.p99", "Event loop 99 percentile delay."),
  };
  meter.addBatchObservableCallback((result) => {
    if (delay.count > 0) {
      for (const name of ["min", "max", "mean", "stddev"] as const)
        result.observe(gauges[name], delay[name] / NANOSECONDS);
      for (const percentile of [50, 90, 99] as const) {
        result.observe(gauges[`p${percentile}`], delay.percentile(percentile) / NANOSECONDS);
      }
    }
    delay.reset();
  }, Object.values(gauges));
  let before = performance.eventLoopUtilization();
  meter
    .createObservableGauge("nodejs.eventloop.utilization", { description: "Event loop utilization.", unit: "1" })
    .addCallback((result) => {
      const now = performance.eventLoopUtilization();
      result.observe(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    });
  return () => void delay.disable();
}

function measureCollections(meter: Meter): () => void {
  const duration = meter.createHistogram("v8js.gc.duration", {
    description: "Garbage collection duration.",
    unit: "s",
    advice: { explicitBucketBoundaries: [0.001, 0.01, 0.1, 1] },
  });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      // Node's types know the detail of marks and measures alone.
      const { detail } = entry as unknown as { readonly detail?: { readonly kind?: number } };
      duration.record(entry.duration / 1_000, { "v8js.gc.type": COLLECTIONS[detail?.kind ?? -1] ?? "_OTHER" });
    }
  });
  observer.observe({ type: "gc" });
  return () => observer.disconnect();
}

function measureHeap(meter: Meter): void {
  const space = (name: string, description: string) =>
    meter.createObservableUpDownCounter(`v8js.memory.heap.${name}`, { description, unit: "By" });
  const limit = space("limit", "Total heap memory size pre-allocated.");
  const used = space("used", "Heap Memory size allocated.");
  meter.addBatchObservableCallback(
    (result) => {
      for (const { space_name, space_size, space_used_size } of getHeapSpaceStatistics()) {
        const of = { "v8js.heap.space.name": space_name };
        result.observe(limit, space_size, of);
        result.observe(used, space_used_size, of);
      }
    },
    [limit, used],
  );
}

function measureProcess(meter: Meter): void {
  meter
    .createObservableCounter("process.cpu.time", { description: "Total CPU seconds by mode.", unit: "s" })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / MICROSECONDS, { "cpu.mode": "user" });
      result.observe(system / MICROSECONDS, { "cpu.mode": "system" });
    });
  meter
    .createObservableUpDownCounter("process.memory.usage", { description: "Physical memory in use.", unit: "By" })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableGauge("process.uptime", { description: "The time that the process has run.", unit: "s" })
    .addCallback((result) => result.observe(process.uptime()));
}
