import { generateSecretKey } from "../../domain/secrets/secret-keys.ts";
import { type RotatedSecretKeys, rotateSecretKeys } from "../../storage/keys/rotation.ts";
import { immediately } from "../../storage/sqlite/backend.ts";
import { defineCommand } from "../command.ts";
import { Refusal } from "../explain.ts";
import { withDatabase } from "../open-database.ts";

export const createKey = defineCommand({
  summary: "print a new secret key",
  details: `For SECRET_KEY, or for a key file that is made by hand: 32 random bytes in base64url. Nothing else is done: no file is written, and
no database is opened. A first start without either setting makes its own key file.`,
  operands: [],
  run: async () => {
    const key = generateSecretKey();
    return { json: { key }, text: key };
  },
});

export const rotateKeys = defineCommand({
  summary: "put a new secret key first; nobody is signed out",
  details: `The new key signs, and the older ones go on verifying: every token and session stays good. A running server takes the new key up
within two seconds, to verify with; restart it to sign with it. Restart several servers on one database one after the other: meanwhile each
accepts the tokens and sessions that the others issue.
Not for keys that come from SECRET_KEY: put a new one first there.`,
  operands: [],
  run: ({ settings }) => {
    if (settings.secretKey !== undefined) {
      throw new Refusal("the keys come from SECRET_KEY: put a new one first there, and keep the others");
    }
    return withDatabase(settings, async ({ run, database }) => {
      let rotated: RotatedSecretKeys | undefined;
      const rotate = async (): Promise<void> => {
        rotated = await rotateSecretKeys({ ...settings, databasePath: database.path });
      };
      // A transaction that writes nothing: its lock keeps two rotations of one key file apart.
      await immediately(run, rotate, "rollback");
      if (rotated === undefined) throw new Error("Nothing was rotated.");
      const { path, keys } = rotated;
      return {
        json: { key_file: path, keys: keys.length },
        text: `${path} has ${keys.length} keys now. Restart the server to sign with the new one; nobody is signed out.`,
      };
    });
  },
});
