import test from "ava";
import fc from "fast-check";
import { html } from "../../../src/web/pages/html.ts";

test("whatever is put into markup comes out as text", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(fc.constantFrom(..."<>&\"'=/` "), fc.string({ maxLength: 1 })) }),
        (value) => {
          const { text } = html`<p title="${value}">${value}</p>`;
          const [, attribute = "", content = ""] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(text) ?? [];
          const read = (escaped: string) =>
            escaped.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
          return (
            text.startsWith("<p ") && read(attribute) === value && read(content) === value && !/&(?!#\d+;)/.test(text)
          );
        },
      ),
      { numRuns: 2_000 },
    ),
  );
});

test("markup is put in as it is, lists one after another, numbers as text, nothing for false and undefined", (t) => {
  const items = ["a<b", "c"].map((item) => html`<li>${item}</li>`);
  t.is(
    html`<ul>${items}</ul>${1}${0}${false}${undefined}${html`<br>`}`.text,
    "<ul><li>a&#60;b</li><li>c</li></ul>10<br>",
  );
});

test("markup reads as its text", (t) => {
  t.is(`${html`<p>${"&"}</p>`}`, "<p>&#38;</p>");
});
