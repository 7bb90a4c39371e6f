#!/usr/bin/env bash
# The Prometheus exporters of OpenTelemetry for JavaScript (0.301.0) and for Python (0.66b2) give one instrument of the semantic conventions
# different names: Python writes its unit out (…_seconds, …_bytes), as the specification of the conversion says, JavaScript leaves it out,
# and adds a comment "# UNIT … s" with the unit as UCUM spells it. A dashboard for http_server_request_duration_seconds finds nothing of a
# server in JavaScript; and the parser of OpenMetrics, which demands that a name ends with its unit, would refuse that comment.
# Needs node (20 or later), npm, Python 3.11 with venv.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.0 @opentelemetry/exporter-prometheus@0.301.0
python3 -m venv python
python/bin/pip install --quiet opentelemetry-sdk==1.45.2 opentelemetry-exporter-prometheus==0.66b2 prometheus_client==0.26.0 2>/dev/null

cat > names.cjs <<'JS'
const { MeterProvider } = require("@opentelemetry/sdk-metrics");
const { PrometheusExporter, PrometheusSerializer } = require("@opentelemetry/exporter-prometheus");
const exporter = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({ readers: [exporter] }).getMeter("x");
meter.createHistogram("http.server.request.duration", { unit: "s" }).record(0.2);
meter.createCounter("sent", { unit: "By" }).add(5);
exporter.collect().then(({ resourceMetrics }) => {
  const lines = new PrometheusSerializer().serialize(resourceMetrics).split("\n");
  console.log(lines.filter((line) => /^# (TYPE|UNIT) (http|sent)/.test(line)).join("; "));
});
JS
cat > names.py <<'PY'
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import generate_latest

meter = MeterProvider(metric_readers=[PrometheusMetricReader()]).get_meter("x")
meter.create_histogram("http.server.request.duration", unit="s").record(0.2)
meter.create_counter("sent", unit="By").add(5)
lines = generate_latest().decode().split("\n")
print("; ".join(line for line in lines if line.startswith(("# TYPE http", "# TYPE sent"))))
PY
javascript=$(node names.cjs)
python=$(python/bin/python names.py)
echo "JavaScript, @opentelemetry/exporter-prometheus 0.301.0: $javascript"
echo "Python, opentelemetry-exporter-prometheus 0.66b2: $python"
[ "$javascript" = "# UNIT http_server_request_duration s; # TYPE http_server_request_duration histogram; # UNIT sent_total By; # TYPE sent_total counter" ]
[ "$python" = "# TYPE http_server_request_duration_seconds histogram; # TYPE sent_bytes_total counter" ]
