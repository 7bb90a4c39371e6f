#!/usr/bin/env bash
# nodemailer 10.6.0 and smtp-server 3.21.6. A server that does not offer SMTPUTF8 (RFC 6531) cannot take an address with a letter beyond ASCII
# before the @. nodemailer does not look at what the server offers: it writes the address raw, in RCPT TO and in the header `To`, without the
# parameter SMTPUTF8 of MAIL FROM, declares the content to be 7bit, and answers that the recipient was accepted.
# Needs node (20 or later) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent nodemailer@10.6.0 smtp-server@3.21.6

cat > send.mjs <<'JS'
import { createTransport } from "nodemailer";
import { SMTPServer } from "smtp-server";

const seen = {};
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  hideSMTPUTF8: true,
  onMailFrom(address, session, callback) {
    seen.parameters = address.args;
    callback();
  },
  onRcptTo(address, session, callback) {
    seen.recipient = address.address;
    callback();
  },
  async onData(stream, session, callback) {
    const text = Buffer.concat(await Array.fromAsync(stream)).toString("utf8");
    seen.to = /^To: (.*)\r$/m.exec(text)?.[1];
    seen.encoding = /^Content-Transfer-Encoding: (.*)\r$/m.exec(text)?.[1];
    callback();
  },
});
Array.fromAsync ??= async (chunks) => {
  const list = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
};
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const transport = createTransport({ host: "127.0.0.1", port: server.server.address().port, ignoreTLS: true });
const { accepted } = await transport.sendMail({
  from: "ada@example.com",
  to: "jürgen@example.com",
  subject: "Hello",
  text: "Hello",
});
server.close();
console.log(JSON.stringify({ ...seen, accepted }));
JS
seen=$(node send.mjs)
echo "nodemailer 10.6.0 to a server without SMTPUTF8: $seen"
[ "$seen" = '{"parameters":false,"recipient":"jürgen@example.com","to":"jürgen@example.com","encoding":"7bit","accepted":["jürgen@example.com"]}' ]
