#!/usr/bin/env bash
# otpauth 9.5.2. An issuer may have a colon: in the address of a TOTP it is written as %3A, apart from the colon between issuer and account.
# The package writes it so, but decodes the whole label before it looks for the colon between the two: of its own address it reads another account.
# Needs node (20 or later) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent otpauth@9.5.2

cat > label.mjs <<'JS'
import { Secret, TOTP, URI } from "otpauth";

const secret = Secret.fromBase32("JBSWY3DPEHPK3PXP");
const written = new TOTP({ issuer: "Kudos: staging", label: "ada@example.com", secret });
const read = URI.parse(written.toString());
console.log(JSON.stringify({ label: written.toString().split("?")[0], issuer: read.issuer, account: read.label }));
JS
seen=$(node label.mjs)
echo "otpauth 9.5.2: $seen"
[ "$seen" = '{"label":"otpauth://totp/Kudos%3A%20staging:ada%40example.com","issuer":"Kudos: staging","account":" staging:ada@example.com"}' ]
