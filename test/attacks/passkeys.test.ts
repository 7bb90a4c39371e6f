import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { addPasskey, SITE, signInWithPasskey, startSite } from "../support/passkey-owner.ts";
import { type Person, signUp, type TestServer } from "../support/server.ts";
import { ALGORITHMS, type Algorithm, type Faults, SoftwareAuthenticator } from "../support/software-authenticator.ts";

const KINDS = Object.keys(ALGORITHMS) as Algorithm[];
const REFUSED = "urn:kudos:problem:passkey-refused";
const ENDED = "urn:kudos:problem:passkey-attempt-ended";
const device = (algorithm: Algorithm = "ES256") => new SoftwareAuthenticator({ origin: SITE, algorithm });

const flipped = (bytes: Buffer) =>
  Buffer.from(bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)));

/** What is wrong with the answer of an authenticator, to a registration and to a sign-in alike. */
const BOTH: Readonly<Record<string, Faults>> = {
  "another origin": { origin: "https://kudos.example.evil.example" },
  "the origin without https": { origin: "http://kudos.example" },
  "the origin on another port": { origin: "https://kudos.example:8443" },
  "a subdomain": { origin: "https://evil.kudos.example" },
  "the origin with a slash": { origin: `${SITE}/` },
  "another site": { rpId: "evil.example" },
  "the site above": { rpId: "example" },
  "another challenge": { challenge: Buffer.alloc(32).toString("base64url") },
  "no challenge": { challenge: "" },
  "a type of another ceremony": { type: "payment.get" },
  "nobody present": { userPresent: false },
  "a page around it that the browser does not name": { crossOrigin: true },
  "a copy of what cannot be copied": { backupEligible: false, backedUp: true },
  "bytes that are left over": { leftOver: Buffer.from("00", "hex") },
};

const CREATIONS: Readonly<Record<string, Faults>> = {
  ...BOTH,
  "the type of a sign-in": { type: "webauthn.get" },
  "an algorithm that was not asked for": { algorithm: -35 },
  "the algorithm of post-quantum keys": { algorithm: -48 },
  "the algorithm of another kind of key": { algorithm: -257 },
  "a curve of another algorithm": { key: new Map([[-1, 2]]) },
  "no point of the curve": { key: new Map([[-2, Buffer.alloc(32, 7)]]) },
  "no coordinate": { key: new Map([[-3, ""]]) },
  "a key that is to be found without a name and cannot be": { discoverable: false },
};

const SIGN_INS: Readonly<Record<string, Faults>> = {
  ...BOTH,
  "the type of a registration": { type: "webauthn.create" },
  "a page of another site around it": { crossOrigin: true, topOrigin: "https://evil.example" },
  "a page around it without a frame": { topOrigin: SITE },
  "a wrong signature": { signature: flipped },
  "no signature": { signature: () => Buffer.alloc(0) },
  "a signature of something else": { signed: flipped },
  "a counter that stands still": { counter: 5 },
  "a counter that went back": { counter: 4 },
  "a counter that fell to 0": { counter: 0 },
  "a passkey that can be copied all at once": { backupEligible: true },
  "no user handle": { userHandle: null },
  "the user handle of somebody else": { userHandle: Buffer.alloc(32, 1).toString("base64url") },
  "an empty user handle": { userHandle: "" },
};

async function register(server: TestServer, person: Person, algorithm: Algorithm): Promise<SoftwareAuthenticator> {
  const authenticator = device(algorithm);
  // Two uses more than the counters of the attacks.
  const { error } = await addPasskey(server, person, authenticator);
  if (error !== undefined) throw new Error(error.type);
  await signInWithPasskey(server, authenticator, { counter: 5 });
  return authenticator;
}

for (const algorithm of KINDS) {
  test(`a passkey of ${algorithm} is registered by no answer that is wrong`, async (t) => {
    const server = await startSite(t);
    const ada = await signUp(server);
    for (const [name, faults] of Object.entries(CREATIONS)) {
      if (name === "the algorithm of another kind of key" && algorithm === "RS256") continue;
      if (name === "no coordinate" && algorithm !== "ES256") continue;
      if (name === "no point of the curve" && algorithm !== "ES256") continue;
      if (name === "a curve of another algorithm" && algorithm === "RS256") continue;
      const { error } = await addPasskey(server, ada, device(algorithm), { faults });
      t.is(error?.type, REFUSED, name);
      sameWords(t, error, name);
    }
    t.deepEqual((await server.client.GET("/api/passkeys", { headers: ada.headers })).data?.items, []);
    t.is((await addPasskey(server, ada, device(algorithm))).response.status, 201, "without a fault it is");
  });

  test(`a passkey of ${algorithm} signs nobody in by an answer that is wrong`, async (t) => {
    const server = await startSite(t);
    const authenticator = await register(server, await signUp(server), algorithm);
    for (const [name, faults] of Object.entries(SIGN_INS)) {
      const { error } = await signInWithPasskey(server, authenticator, faults);
      t.is(error?.type, REFUSED, name);
      sameWords(t, error, name);
    }
    const { response } = await signInWithPasskey(server, authenticator, { counter: 6 });
    t.is(response.status, 201, "without a fault it does");
  });
}

/** A refusal says the same whatever was wrong. */
function sameWords(t: ExecutionContext, error: unknown, name: string): void {
  const { detail, errors } = error as { detail: string; errors: readonly unknown[] };
  t.is(detail, "This passkey was not accepted.", name);
  t.deepEqual(errors, [{ pointer: "/credential", detail }], name);
}

test("an answer counts once, however many come at the same time", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  for (const synced of [true, false]) {
    const authenticator = new SoftwareAuthenticator({ origin: SITE, synced });
    await addPasskey(server, ada, authenticator, { name: String(synced) });
    const { data } = await server.client.POST("/api/sign_in/passkey/options", { body: {} });
    const body = { state: data?.state ?? "", credential: authenticator.get(data?.options as never) };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.client.POST("/api/sign_in/passkey", { body })),
    );
    t.is(answers.filter(({ response }) => response.status === 201).length, 1);
    t.is(answers.filter(({ error }) => error?.type === ENDED).length, 19);
  }
});

test("a registration counts once, however many come at the same time", async (t) => {
  const server = await startSite(t);
  const { headers } = await signUp(server);
  const { data } = await server.client.POST("/api/passkeys/options", { headers, body: { name: "key" } });
  const body = { state: data?.state ?? "", credential: device().create(data?.options as never) };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => server.client.POST("/api/passkeys", { headers, body })),
  );
  t.is(answers.filter(({ response }) => response.status === 201).length, 1);
  t.is((await server.client.GET("/api/passkeys", { headers })).data?.items.length, 1);
});

test("a wrong answer spends its challenge, too", async (t) => {
  const server = await startSite(t);
  const authenticator = await register(server, await signUp(server), "ES256");
  const { data } = await server.client.POST("/api/sign_in/passkey/options", { body: {} });
  const send = (faults: Faults) =>
    server.client.POST("/api/sign_in/passkey", {
      body: { state: data?.state ?? "", credential: authenticator.get(data?.options as never, faults) },
    });
  t.is((await send({ signature: flipped, counter: 8 })).error?.type, REFUSED);
  t.is((await send({ counter: 9 })).error?.type, ENDED);
});

test("two uses with one counter, each with a challenge of its own: one passes", async (t) => {
  const server = await startSite(t);
  const authenticator = await register(server, await signUp(server), "ES256");
  const answers = await Promise.all([1, 2, 3].map(() => signInWithPasskey(server, authenticator, { counter: 9 })));
  t.deepEqual(answers.map(({ response }) => response.status).toSorted(), [201, 400, 400]);
});

test("the challenge of a sign-in registers nothing, and that of a registration signs nobody in", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const authenticator = await register(server, ada, "ES256");
  const { headers } = ada;
  const { data: signIn } = await server.client.POST("/api/sign_in/passkey/options", { body: {} });
  const { data: creation } = await server.client.POST("/api/passkeys/options", { headers, body: { name: "key" } });
  const options = { ...creation?.options, challenge: signIn?.options.challenge };
  const added = await server.client.POST("/api/passkeys", {
    headers,
    body: { state: signIn?.state ?? "", credential: device().create(options as never) },
  });
  t.is(added.error?.type, ENDED);
  const request = { ...signIn?.options, challenge: creation?.options.challenge };
  const entered = await server.client.POST("/api/sign_in/passkey", {
    body: { state: creation?.state ?? "", credential: authenticator.get(request as never, { counter: 9 }) },
  });
  t.is(entered.error?.type, ENDED);
});

test("a passkey that somebody has registered is not registered again, by nobody", async (t) => {
  const server = await startSite(t);
  const [ada, eve] = [await signUp(server), await signUp(server, "eve@example.com")];
  const authenticator = await register(server, ada, "ES256");
  const faults = { credentialId: authenticator.ids[0] as string };
  for (const [person, name] of [
    [ada, "again"],
    [eve, "stolen"],
  ] as const) {
    const { error } = await addPasskey(server, person, device(), { name, faults });
    t.is(error?.type, REFUSED);
  }
  t.is((await signInWithPasskey(server, authenticator, { counter: 9 })).data?.user.email, "ada@example.com");
});

test("an answer that names the passkey of another user signs nobody in", async (t) => {
  const server = await startSite(t);
  const [ada, eve] = [await signUp(server), await signUp(server, "eve@example.com")];
  const authenticator = await register(server, ada, "ES256");
  const other = await register(server, eve, "ES256");
  const { error } = await signInWithPasskey(server, other, {
    credentialId: authenticator.ids[0] as string,
    counter: 9,
  });
  t.is(error?.type, REFUSED);
});

test("an attestation is not asked for, and none is decoded: what its certificates name is never called", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  for (const format of ["packed", "fido-u2f", "tpm", "apple", "android-key", "android-safetynet", "nonsense"]) {
    const attestation = { format, statement: new Map([["x5c", [Buffer.from("not a certificate")]]]) };
    const { response } = await addPasskey(server, ada, device(), { name: format, faults: { attestation } });
    t.is(response.status, 201, format);
  }
});

test("content that is nested without end is refused", async (t) => {
  const server = await startSite(t);
  const { headers } = await signUp(server);
  for (const nested of [
    Buffer.alloc(8_000, 0x81),
    Buffer.alloc(8_000, 0xa1),
    Buffer.from("9b7fffffffffffffff", "hex"),
  ]) {
    const { data } = await server.client.POST("/api/passkeys/options", { headers, body: { name: "key" } });
    const made = device().create(data?.options as never);
    const response = { ...made.response, attestationObject: nested.toString("base64url") };
    const body = { state: data?.state ?? "", credential: { ...made, response } };
    t.is((await server.client.POST("/api/passkeys", { headers, body })).error?.type, REFUSED);
  }
});

const base64url = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("base64url"));
const json: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 3 });

test("whatever bytes an authenticator sends, the answer is a refusal", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const authenticator = await register(server, ada, "ES256");
  const { headers } = ada;
  const answer = fc.record({
    clientDataJSON: fc.oneof(
      base64url,
      json.map((value) => Buffer.from(JSON.stringify(value)).toString("base64url")),
    ),
    attestationObject: base64url,
    authenticatorData: base64url,
    signature: base64url,
    right: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(answer, async ({ right, ...bytes }) => {
      const { data: signIn } = await server.client.POST("/api/sign_in/passkey/options", { body: {} });
      const { data: creation } = await server.client.POST("/api/passkeys/options", { headers, body: { name: "key" } });
      const good = authenticator.get(signIn?.options as never, { counter: 99 });
      const made = device().create(creation?.options as never);
      const { clientDataJSON, attestationObject, authenticatorData, signature } = bytes;
      // Each part is read after the one before it, so that those before have to be right in half of the runs.
      const entered = await server.client.POST("/api/sign_in/passkey", {
        body: {
          state: signIn?.state ?? "",
          credential: {
            ...good,
            response: { ...good.response, authenticatorData, ...(!right && { clientDataJSON }), signature },
          },
        },
      });
      t.is(entered.error?.type, REFUSED);
      const added = await server.client.POST("/api/passkeys", {
        headers,
        body: {
          state: creation?.state ?? "",
          credential: { ...made, response: { ...made.response, attestationObject, ...(!right && { clientDataJSON }) } },
        },
      });
      t.is(added.error?.type, REFUSED);
    }),
    { numRuns: 60 },
  );
});
