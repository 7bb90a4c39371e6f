#!/usr/bin/env bash
# @simplewebauthn/server 14.0.3. The algorithms that registration options ask an authenticator for depend on the Node that runs: on 24 the list
# begins with -48 (ML-DSA-44), on 22 it does not. So a passkey that was made while Node 24 ran may be one that the same code on the same
# database does not know after a step back to 22. `supportedAlgorithmIDs` pins the list on both.
# Needs node (20 or later, to run npm) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > options.mjs <<'JS'
import { generateRegistrationOptions } from "@simplewebauthn/server";

const site = { rpName: "Example", rpID: "example.com", userName: "ada" };
const free = await generateRegistrationOptions(site);
const pinned = await generateRegistrationOptions({ ...site, supportedAlgorithmIDs: [-8, -7, -257] });
const algorithms = ({ pubKeyCredParams }) => pubKeyCredParams.map(({ alg }) => alg).join(" ");
console.log(`${algorithms(free)}, pinned ${algorithms(pinned)}`);
JS
npm init --yes >/dev/null
npm install --silent @simplewebauthn/server@14.0.3
for version in 22.17.0 24.12.0; do
  npm install --silent --prefix "node-$version" "node@$version"
  node=$(find "node-$version/node_modules" -path '*/bin/node' -type f | head -1)
  echo "$("$node" --version): $("$node" --no-warnings options.mjs)"
done | tee seen
[ "$(cat seen)" = "v22.17.0: -8 -7 -257, pinned -8 -7 -257
v24.12.0: -48 -8 -7 -257, pinned -8 -7 -257" ]
