import test from "ava";
import { issueDevice, readDevice } from "../../../src/domain/attempts/known-browser.ts";
import { renewCredential, verifyRenewal } from "../../../src/domain/credentials/generation.ts";
import {
  csrfToken,
  csrfTokenMatches,
  digestCredential,
  verifyCredential,
} from "../../../src/domain/credentials/text.ts";
import { seal, sealMatches } from "../../../src/domain/secrets/seal.ts";
import { parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { createAttemptLimits } from "../../../src/storage/attempt-limits.ts";
import { memoryDatabase } from "../../support/memory-database.ts";

// Keys and fields that never change: the digests below are in databases and cookies that must stay valid.
const key = (byte: number) => Buffer.alloc(32, byte).toString("base64url");
const keys = parseSecretKeys(`${key(1)},${key(2)}`);
const id = "A".repeat(22);
const fields = { id, userId: 7, generation: 3, expiresAt: new Date(1_800_000_000_000) };

test("the digest of a stored token or session is the one of every earlier version", (t) => {
  for (const [kind, scopes, digest] of [
    ["token", null, "QLSTQzBLaDiKOYfOfnOePc2rpKHKkaoprFcTD1DIzA4"],
    ["token", "account likes:write", "HFP3B53K8j5huFB-W9pmjtdJ6VOM_NV3xBgBdC2mF2c"],
    ["session", null, "nm3XfRRa41HMugvkWWkvN-EZVQp3mnNU2DHGwBQ22lw"],
  ] as const) {
    const stored = { digest, keyId: "72cd6e84" };
    t.deepEqual(digestCredential(keys, kind, "c2VjcmV0", { ...fields, scopes }), stored);
    t.true(verifyCredential(keys, kind, "c2VjcmV0", { ...fields, scopes }, stored));
  }
});

test("the renewal of a stored token or session is the one of every earlier version", (t) => {
  for (const [kind, renewal] of [
    ["token", "4.72cd6e84.yecVr_hPVyiQo1elQG1NbIsNXFiDqGeCbRWe9ffp-hI"],
    ["session", "4.72cd6e84.u6vgoso-rz544iR8m-z154gA7pV3vEM6alPHMZAVMwg"],
  ] as const) {
    t.is(renewCredential(keys, kind, "ZGlnZXN0", 4), renewal);
    t.true(verifyRenewal(keys, kind, "ZGlnZXN0", 4, renewal));
  }
});

test("the CSRF token of a session is the one of every earlier version", (t) => {
  const token = "CTsNF7buaAIOK4brWH1OKq0WayHOHSozaMTVSP54dtQ";
  t.is(csrfToken(keys, id), token);
  t.true(csrfTokenMatches(keys, id, token));
});

test("the cookie of a known browser is the one of every earlier version", (t) => {
  const cookie = `${id}.h7mPHgAXDD32mQgSIJHzMhf8qrhikSyI_-I7bRWPBzc`;
  t.is(readDevice(keys, "ada@example.org", cookie), id);
  t.is(issueDevice(keys, "ada@example.org", cookie), cookie);
});

test("the key of a count of attempts is the one of every earlier version, made with the oldest secret key", async (t) => {
  const { orm } = await memoryDatabase(t);
  await createAttemptLimits({ orm, keys }).spend({ account: "ada@example.org", address: "192.0.2.7", device: null });
  const rows = await orm.em.getConnection().execute("select key from attempt_count");
  t.true(rows.some((row) => row.key === "fk8detn8p_IiZ7mZQuGqKNWind1iZ46erGCuwDjMVpQ"));
});

test("a seal matches its own purpose, fields and key, and no other text", (t) => {
  const [newest, oldest] = keys;
  if (oldest === undefined) return t.fail();
  const text = seal(oldest, ["csrf", "one"]);
  t.regex(text, /^[\w-]{43}$/);
  t.true(sealMatches(keys, ["csrf", "one"], text));
  t.false(sealMatches([newest], ["csrf", "one"], text));
  t.false(sealMatches([], ["csrf", "one"], text));
  t.false(sealMatches(keys, ["csrf", "two"], text));
  t.false(sealMatches(keys, ["csrf", "one", ""], text));
  t.false(sealMatches(keys, ["attempt", "one"], text));
  for (const other of ["", `${text}=`, ` ${text}`, text.slice(1), `${text}A`]) {
    t.false(sealMatches(keys, ["csrf", "one"], other), other);
  }
});
