import test from "ava";
import fc from "fast-check";
import { localPath } from "../../../src/operations/steps/local-path.ts";
import { openRedirects } from "../../support/open-redirects.ts";

/** Local paths, and their spelling in RFC 3986. */
const LOCAL: readonly (readonly [string, string])[] = [
  ["/", "/"],
  ["/docs", "/docs"],
  ["/docs#/Likes/likeArticle", "/docs#/Likes/likeArticle"],
  ["/api/articles?limit=2&cursor=MQ", "/api/articles?limit=2&cursor=MQ"],
  ["/login?next=https://evil.example", "/login?next=https://evil.example"],
  ["/a//b", "/a//b"],
  ["/@evil.example", "/@evil.example"],
  ["/:80", "/:80"],
  ["/%2f%2fevil.example", "/%2f%2fevil.example"],
  ["/%5cevil.example", "/%5cevil.example"],
  ["/a%0d%0aSet-Cookie:x", "/a%0d%0aSet-Cookie:x"],
  ["/a/../b", "/b"],
  ["/café?q=ü#ö", "/caf%C3%A9?q=%C3%BC#%C3%B6"],
  ["/😀", "/%F0%9F%98%80"],
  ["/a|b[c]^", "/a%7Cb%5Bc%5D%5E"],
  ["/?q={`}", "/?q=%7B%60%7D"],
  ["/100%", "/100%25"],
  ["/#a#b", "/#a%23b"],
  ['/"><script>', "/%22%3E%3Cscript%3E"],
];

test("a path that leads elsewhere becomes the start page", (t) => {
  for (const next of openRedirects) t.is(localPath(next), "/", JSON.stringify(next));
});

test("no path becomes the start page", (t) => {
  t.is(localPath(undefined), "/");
});

test("a local path stays, spelled as RFC 3986 has it", (t) => {
  for (const [next, expected] of LOCAL) t.is(localPath(next), expected);
});

test("a path that is too long for a Location becomes the start page", (t) => {
  t.is(localPath(`/${"a".repeat(4095)}`).length, 4096);
  t.is(localPath(`/${"a".repeat(4096)}`), "/");
  t.is(localPath(`/${"あ".repeat(500)}`), "/");
});

const PIECES = [
  "/",
  "\\",
  ".",
  "..",
  "%2e",
  "%2f",
  "%5c",
  "%",
  "\t",
  "\n",
  " ",
  ":",
  "@",
  "#",
  "?",
  "http:",
  "evil.example",
  "あ",
];
const anyPath = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join("")),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => `/${pieces.join("")}`),
);

test("whatever is asked for, the answer stays on this origin and is the same when it is parsed again", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(anyPath, (next) => {
        const path = localPath(next);
        const base = "https://kudos.example/deep/page";
        return (
          new URL(path, base).origin === "https://kudos.example" &&
          localPath(path) === path &&
          /^\/(?![/\\])([\w\-.~!$&'()*+,;=:@/?#]|%[\da-fA-F]{2})*$/.test(path)
        );
      }),
      { numRuns: 5_000 },
    ),
  );
});
