#!/usr/bin/env bash
# An observable gauge of OpenTelemetry for JavaScript (@opentelemetry/sdk-metrics 3.1.0) whose callback observes nothing is exported with the
# value that it observed before, for as long as the process lives; the SDK for Python (1.45.2) leaves it out. Whoever leaves a figure out because
# its source does not answer shows the last one instead, which looks like a healthy figure.
# Needs node (20 or later), npm, Python 3.11 with venv.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.0
python3 -m venv python
python/bin/pip install --quiet opentelemetry-sdk==1.45.2 2>/dev/null

cat > gauge.cjs <<'JS'
const { MeterProvider, MetricReader } = require("@opentelemetry/sdk-metrics");
class Reader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}
const reader = new Reader();
const meter = new MeterProvider({ readers: [reader] }).getMeter("x");
let answers = true;
meter.createObservableGauge("waiting").addCallback((result) => answers && result.observe(5));
const points = async () => {
  const { resourceMetrics } = await reader.collect();
  const values = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(({ dataPoints }) => dataPoints));
  return JSON.stringify(values.map(({ value }) => value));
};
(async () => {
  const before = await points();
  answers = false;
  console.log(`${before} then ${await points()} then ${await points()}`);
})();
JS
cat > gauge.py <<'PY'
import json
from opentelemetry.metrics import Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

reader = InMemoryMetricReader()
meter = MeterProvider(metric_readers=[reader]).get_meter("x")
answers = True
meter.create_observable_gauge("waiting", callbacks=[lambda options: [Observation(5)] if answers else []])


def points():
    data = reader.get_metrics_data()
    scopes = [] if data is None else [s for r in data.resource_metrics for s in r.scope_metrics]
    return json.dumps([p.value for s in scopes for m in s.metrics for p in m.data.data_points])


before = points()
answers = False
print(f"{before} then {points()} then {points()}")
PY
javascript=$(node gauge.cjs)
python=$(python/bin/python gauge.py)
echo "JavaScript, @opentelemetry/sdk-metrics 3.1.0: $javascript"
echo "Python, opentelemetry-sdk 1.45.2: $python"
[ "$javascript" = "[5] then [5] then [5]" ]
[ "$python" = "[5] then [] then []" ]
