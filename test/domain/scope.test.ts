import test from "ava";
import fc from "fast-check";
import {
  BASE_SCOPES,
  effectiveScopes,
  formatScopes,
  holds,
  parseScopes,
  SCOPES,
  ScopeUnknown,
} from "../../src/domain/scope.ts";

const some = fc.subarray([...SCOPES]);

test("scopes are read back as they were written, each once", (t) => {
  fc.assert(
    fc.property(some, some, (one, other) => {
      const text = formatScopes([...one, ...other]) ?? "";
      t.deepEqual(parseScopes(text), [...new Set([...one, ...other])].sort());
      t.is(formatScopes(parseScopes(text)), text);
    }),
  );
  t.is(formatScopes(null), null);
  t.is(formatScopes([]), "");
});

test("an unknown scope is refused, also a text that holds two", (t) => {
  for (const scope of ["", "admin", "account likes:write", "Account", "account\0", "__proto__", "constructor"]) {
    t.throws(() => formatScopes(["account", scope]), { instanceOf: ScopeUnknown }, scope);
  }
});

test("a credential has the scopes of its user, or those of them that it is narrowed to", (t) => {
  fc.assert(
    fc.property(some, fc.option(some), some, (permissions, narrowed, wanted) => {
      const user = new Set<string>([...BASE_SCOPES, ...permissions]);
      const scopes = effectiveScopes(formatScopes(permissions), formatScopes(narrowed));
      const may = wanted.every((scope) => user.has(scope) && (narrowed === null || narrowed.includes(scope)));
      t.is(holds({ scopes }, wanted), may);
    }),
  );
  t.deepEqual(effectiveScopes(null, null), new Set(BASE_SCOPES));
});
