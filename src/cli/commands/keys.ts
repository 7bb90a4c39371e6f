import { rotateSigningKeys } from "../../domain/jwt/signing-keys.ts";
import { type RotatedSecretKeys, rotateSecretKeys } from "../../storage/keys/rotation.ts";
import type { Call, Output } from "../command.ts";
import { Refusal } from "../explain.ts";
import { withDatabase } from "../open-database.ts";

/** `kudos keys rotate --jwt`: see key-commands.ts. */
export function rotateJwtKeys({ settings }: Call): Promise<Output> {
  return withDatabase(settings, async ({ em, keys, occasion: { now } }) => {
    const { kid, signsFrom, made } = await rotateSigningKeys({ db: em, keys: await keys(), now });
    const from = signsFrom.toISOString();
    return {
      json: { key_id: kid, signs_from: from, made },
      text: made
        ? `The key ${kid} is published, and signs JWTs from ${from} on.`
        : `The key ${kid} is published already, and signs JWTs from ${from} on; nothing was done.`,
    };
  });
}

/** `kudos keys rotate`: see key-commands.ts. */
export function rotateKeys({ settings }: Call): Promise<Output> {
  if (settings.secretKey !== undefined) {
    throw new Refusal("the keys come from SECRET_KEY: put a new one first there, and keep the others");
  }
  return withDatabase(settings, async ({ database }) => {
    let rotated: RotatedSecretKeys | undefined;
    const rotate = async (): Promise<void> => {
      rotated = await rotateSecretKeys({ ...settings, databasePath: database.path });
    };
    // A transaction that writes nothing: its lock keeps two rotations of one key file apart.
    await database.alone(rotate, "rollback");
    if (rotated === undefined) throw new Error("Nothing was rotated.");
    const { path, keys } = rotated;
    return {
      json: { key_file: path, keys: keys.length },
      text: `${path} has ${keys.length} keys now. Restart the server to sign with the new one; nobody is signed out.`,
    };
  });
}
