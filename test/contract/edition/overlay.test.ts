import test from "ava";
import { ContractFault } from "../../../src/contract/document/document.ts";
import { applyOverlay } from "../../../src/contract/edition/overlay.ts";
import { prune } from "../../../src/contract/edition/prune.ts";

const ROOT = {
  info: { title: "T", contact: { name: "N" } },
  tags: [{ name: "a" }, { name: "b" }, { name: "c" }],
  paths: { "/a": { get: { tags: ["a"] }, put: { tags: ["b"] } }, "/b": { get: { tags: ["b"] } } },
};

const overlay = (...actions: readonly unknown[]) => ({ overlay: "1.0.0", info: { title: "O", version: "1" }, actions });

/** Actions, and what is different then. */
const EFFECTS: readonly (readonly [string, readonly unknown[], object])[] = [
  [
    "an object is merged, member by member",
    [{ target: "$.info", update: { title: "U", contact: { url: "/" } } }],
    { info: { title: "U", contact: { name: "N", url: "/" } } },
  ],
  [
    "a list gets one more element",
    [{ target: "$.tags", update: { name: "d" } }],
    { tags: [...ROOT.tags, { name: "d" }] },
  ],
  [
    "a list in an object is continued",
    [{ target: "$.paths['/b'].get", update: { tags: ["c"] } }],
    { paths: { ...ROOT.paths, "/b": { get: { tags: ["b", "c"] } } } },
  ],
  [
    "a list in place of a text replaces it",
    [{ target: "$.info", update: { title: ["x"] } }],
    { info: { title: ["x"], contact: { name: "N" } } },
  ],
  [
    "elements of a list are removed, wherever they stand",
    [{ target: "$.tags[?@.name != 'b']", remove: true }],
    { tags: [{ name: "b" }] },
  ],
  [
    "members are removed by what is in them",
    [{ target: "$.paths.*[?@.tags[?@ == 'b']]", remove: true }],
    { paths: { "/a": { get: { tags: ["a"] } }, "/b": {} } },
  ],
  [
    "removing counts more than updating",
    [{ target: "$.info.title", remove: true, update: {} }],
    { info: { contact: { name: "N" } } },
  ],
  [
    "an action sees what the one before has made",
    [
      { target: "$.info", update: { x: { y: 1 } } },
      { target: "$.info.x", update: { z: 2 } },
    ],
    { info: { ...ROOT.info, x: { y: 1, z: 2 } } },
  ],
  [
    "a key that objects have by themselves is one like any other",
    [{ target: "$.info", update: { constructor: { a: 1 } } }],
    { info: { ...ROOT.info, constructor: { a: 1 } } },
  ],
];

for (const [what, actions, different] of EFFECTS) {
  test(`an overlay: ${what}`, (t) => {
    const before = structuredClone(ROOT);
    t.deepEqual(applyOverlay(ROOT, overlay(...actions)), { ...ROOT, ...different });
    t.deepEqual(ROOT, before, "the document stays as it is");
  });
}

for (const [what, faulty, message] of [
  ["of another version", { ...overlay({ target: "$", update: {} }), overlay: "1.1.0" }, /not one of version 1\.0/],
  ["without actions", overlay(), /with actions/],
  ["with an action that has no target", overlay({ update: {} }), /action 1 of the overlay has no target/],
  ["with an action that does nothing", overlay({ target: "$.info" }), /neither updates nor removes/],
  ["with a member of a later version", overlay({ target: "$.info", copy: "$.tags" }), /copy, which 1\.0 does not know/],
  ["whose target is no JSONPath", overlay({ target: "$.info[", update: {} }), /no JSONPath/],
  [
    "whose target is not there any more",
    overlay({ target: "$.info", update: {} }, { target: "$.gone", remove: true }),
    /action 2 of the overlay target \$\.gone selects nothing/,
  ],
  ["that updates a text", overlay({ target: "$.info.title", update: "U" }), /neither an object/],
  ["that removes the document", overlay({ target: "$", remove: true }), /the whole document/],
] as const) {
  test(`an overlay ${what} is refused`, (t) => {
    const error = t.throws(() => applyOverlay(ROOT, faulty), { instanceOf: ContractFault });
    t.regex(error?.message ?? "", message);
  });
}

test("pruning leaves what something leads to, through references, discriminators and requirements, and nothing else", (t) => {
  const ref = (name: string) => ({ $ref: `#/components/${name}` });
  const links = { gone: { operationId: "gone" }, shared: ref("links/Gone"), kept: ref("links/Kept") };
  const schemas = {
    Pet: { discriminator: { propertyName: "kind", mapping: { cat: "#/components/schemas/Cat", dog: "Dog" } } },
    Cat: { properties: { tail: ref("schemas/Tail") } },
    Dog: {},
    Tail: {},
    Ring: { items: ref("schemas/Loop") },
    Loop: { items: ref("schemas/Ring") },
  };
  const root = {
    tags: [{ name: "pets" }, { name: "none" }],
    paths: {
      "/pets": {
        get: {
          operationId: "read",
          tags: ["pets"],
          security: [{ key: [] }],
          responses: { "200": ref("responses/Pets") },
        },
      },
      "/gone": { parameters: [ref("parameters/Gone")] },
    },
    components: {
      schemas,
      responses: { Pets: { links, content: { "application/json": { schema: ref("schemas/Pet") } } }, Gone: {} },
      parameters: { Gone: {} },
      links: { Gone: { operationId: "gone" }, Kept: { operationId: "read" } },
      securitySchemes: { key: {}, other: {} },
    },
  };
  prune(root);
  const { Ring: _, Loop: __, ...left } = schemas;
  t.deepEqual(root as unknown, {
    tags: [{ name: "pets" }],
    paths: { "/pets": root.paths["/pets"] },
    components: {
      schemas: left,
      responses: { Pets: { links: { kept: links.kept }, content: root.components.responses.Pets.content } },
      links: { Kept: { operationId: "read" } },
      securitySchemes: { key: {} },
    },
  });
});
