import test from "ava";
import fc from "fast-check";
import {
  accountExistsMail,
  addressWantedMail,
  confirmationMail,
  emailChangedMail,
  emailChangeMail,
  resetMail,
} from "../../../src/domain/recovery/mails.ts";

const outbox = { publicUrl: "https://kudos.example" };

test("a mail has its link and its code in lines of their own, and no line is longer than 76 characters", (t) => {
  const link = fc.stringMatching(/^[\w-]{32}$/);
  const code = fc.stringMatching(/^[1-9]\d{7}$/);
  fc.assert(
    fc.property(link, code, (secret, digits) => {
      const parts = { outbox, minted: { link: secret, code: digits } };
      for (const write of [confirmationMail, resetMail, emailChangeMail, emailChangedMail]) {
        const lines = write("ada@example.com", parts).text.split("\n");
        t.true(lines.some((line) => line.endsWith(`/${secret}`)));
        t.true(lines.includes(`  ${digits.slice(0, 4)} ${digits.slice(4)}`));
        t.true(lines.every((line) => line.length <= 76));
      }
    }),
  );
});

test("a mail to the holder of an address that others want has no secret", (t) => {
  for (const mail of [accountExistsMail("ada@example.com", outbox), addressWantedMail("ada@example.com", outbox)]) {
    t.is(mail.to, "ada@example.com");
    t.notRegex(mail.text, /\/(confirm|reset|change-email)\/|\d{4} \d{4}/);
  }
});
