import test from "ava";
import { listen } from "../../src/http/server.ts";

test("a field with a character that no header may have is refused when it is set, alone or in a list", async (t) => {
  const codes: unknown[] = [];
  const { url, stop } = await listen(
    (_request, response) => {
      for (const value of ["a\nb", ["ok", "a\nb"], "\u{1f44d}"]) {
        try {
          response.setHeader("X-Test", value);
        } catch (error) {
          codes.push((error as NodeJS.ErrnoException).code);
        }
      }
      response.appendHeader("Set-Cookie", "a=1").appendHeader("Set-Cookie", "b=2").end("x");
    },
    { host: "127.0.0.1", port: 0 },
  );
  t.teardown(stop);
  const { headers } = await fetch(url);
  t.deepEqual(codes, Array(3).fill("ERR_INVALID_CHAR"));
  t.false(headers.has("X-Test"));
  t.deepEqual(headers.getSetCookie(), ["a=1", "b=2"]);
  t.is(headers.get("X-Content-Type-Options"), "nosniff");
});
