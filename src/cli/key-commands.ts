import { defineCommand } from "./command.ts";

/** The commands for keys: see commands.ts. */
export const KEY_COMMANDS = {
  "keys create": defineCommand({
    summary: "print a new secret key",
    details: `For SECRET_KEY, or for a key file that is made by hand: 32 random bytes in base64url. Nothing else is done: no file is written, and
no database is opened. A first start without either setting makes its own key file.`,
    operands: [],
    run: async () => {
      const key = (await import("../domain/secrets/secret-keys.ts")).generateSecretKey();
      return { json: { key }, text: key };
    },
  }),
  "keys rotate": defineCommand({
    summary: "put a new secret key first; nobody is signed out",
    details: `The new key signs, and the older ones go on verifying: every token and session stays good. A running server takes the new key up
within two seconds, to verify with; restart it to sign with it. Restart several servers on one database one after the other: meanwhile each
accepts the tokens and sessions that the others issue.
Not for keys that come from SECRET_KEY: put a new one first there.
An older key may be taken out of the file once all that it signed has ended, and a server has been restarted since, which encrypts second
factors by the newest key; kudos doctor says what still needs it. Recovery codes that were made under it end with it: their owners make
new ones.

With --jwt it makes the next key that signs JWTs instead, which a server does by itself after 30 days. The new key is published at once and
signs after an hour, when every verifier knows it; the old one stays published until its last JWT has expired. No restart is needed. The
private keys of JWTs are in the database, encrypted by the secret key; a server that starts encrypts them anew with the newest.`,
    operands: [],
    options: { jwt: { type: "boolean", help: "the next key that signs JWTs, not the secret key" } },
    run: async (call) => {
      const { rotateJwtKeys, rotateKeys } = await import("./commands/keys.ts");
      return call.options.jwt === true ? rotateJwtKeys(call) : rotateKeys(call);
    },
  }),
};
