#!/usr/bin/env bash
# Schemathesis 4.32.5 writes the value of a cookie parameter as it is. The style of such a parameter, "form", is that of addresses (OpenAPI 3.1,
# RFC 6570), which writes a semicolon as %3B; the path and the query of the same request are written so. A server reads the rest of the value
# as another cookie, and a text that breaks the schema by its length may arrive as one that does not.
# Needs python3 (3.10 or later) with venv and pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check schemathesis==4.32.5

cat > server.py <<'PY'
import json
from http.server import BaseHTTPRequestHandler, HTTPServer

def parameter(where):
    return {"name": "taste", "in": where, "required": True, "schema": {"type": "string"}, "example": "sweet;sour"}

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Tastes", "version": "1"},
    "paths": {"/tastes": {"get": {
        "parameters": [parameter("query"), parameter("cookie")],
        "responses": {"200": {"description": "Noted."}},
    }}},
}

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/tastes"):
            print(json.dumps({"address": self.path, "cookie": self.headers["Cookie"]}), flush=True)
        body = json.dumps(DOCUMENT).encode() if self.path == "/openapi.json" else b""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

server = HTTPServer(("127.0.0.1", 0), Handler)
with open("port", "w") as file:
    file.write(str(server.server_port))
server.serve_forever()
PY
python3 server.py > seen.txt &
server=$!
until [ -s port ]; do sleep 0.1; done

venv/bin/schemathesis --version
venv/bin/schemathesis run "http://127.0.0.1:$(cat port)/openapi.json" --phases examples --checks not_a_server_error > report.txt 2>&1 || true
sort -u seen.txt
grep -q '{"address": "/tastes?taste=sweet%3Bsour", "cookie": "taste=sweet;sour"}' seen.txt
