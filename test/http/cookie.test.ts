import test from "ava";
import { DEVICE_LIFETIME_SECONDS } from "../../src/domain/attempts/known-browser.ts";
import { writeCookie } from "../../src/http/cookie.ts";

test("scripts cannot read a cookie, and that of a known browser stays for a year", (t) => {
  t.is(
    writeCookie({ secure: false }, "kudos_device", "x.y", DEVICE_LIFETIME_SECONDS),
    "kudos_device=x.y; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000",
  );
});

test("behind https a cookie is sent back over https only, and to this host only", (t) => {
  t.is(
    writeCookie({ secure: true }, "session", "x", 0),
    "__Host-session=x; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0",
  );
});

test("a cookie without an age ends with the browser", (t) => {
  t.notRegex(writeCookie({ secure: true }, "session", "x"), /Max-Age|Expires/);
});
