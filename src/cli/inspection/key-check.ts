import { countUnverifiable } from "../../domain/credentials/credential-list.ts";
import { countFactorsByKey } from "../../domain/sent-codes/encrypt-factors-anew.ts";
import type { Settings } from "../../settings.ts";
import { loadSecretKeys, SecretKeyUnavailable } from "../../storage/keys/key-file.ts";
import { doubtful, type Finding, well, wrong, wrongBy } from "./finding.ts";
import type { Readable } from "./server-database-check.ts";

/** Looks at the secret keys of a database, and whether they are those that its tokens and sessions were signed with. Makes none. */
export async function checkKeys(settings: Settings, { orm, path }: Readable): Promise<readonly Finding[]> {
  try {
    const { keys, path: file, exposed } = await loadSecretKeys({ ...settings, databasePath: path, fresh: false });
    const found: Finding[] = [];
    if (exposed) {
      const message = `other users of this machine can open the key file ${file}, and sign in as anybody by it`;
      found.push(wrong("keys", message, `chmod 600 ${file}, then kudos keys rotate, and take out the older keys`));
    }
    const dead = await countUnverifiable(orm.em.fork(), keys, new Date());
    if (dead > 0) {
      const message = `${dead} tokens and sessions were signed with a key that is not here: these work no more`;
      found.push(
        wrong("keys", message, "put the key back; of one that was taken out on purpose they expire by themselves"),
      );
    }
    const { closed, older } = await countFactorsByKey(orm.em.fork(), keys);
    if (closed > 0) {
      const message = `second factors of ${closed} users are encrypted by a key that is not here: these users cannot sign in`;
      const remedy =
        "put the key back and restart the server, which encrypts them anew by the newest; or kudos users remove-factor";
      found.push(wrong("keys", message, remedy));
    }
    if (older > 0) {
      const message = `second factors of ${older} users are encrypted by an older key, which has to stay until then`;
      found.push(doubtful("keys", message, "restart the server, which encrypts them anew by the newest"));
    }
    const count = keys.length === 1 ? "one key" : `${keys.length} keys`;
    const source = file === null ? "SECRET_KEY" : file;
    return found.length > 0 ? found : [well("keys", `${count} from ${source}, and no token is signed with another`)];
  } catch (error) {
    if (error instanceof SecretKeyUnavailable) return [wrongBy("keys", error)];
    throw error;
  }
}
