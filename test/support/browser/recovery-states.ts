import { loadAssets } from "../../../src/web/assets/assets.ts";
import { accountPage } from "../../../src/web/pages/account/account-page.ts";
import { addressForm } from "../../../src/web/pages/recovery/address-form.ts";
import { codeSignInPage } from "../../../src/web/pages/recovery/code-sign-in-page.ts";
import { type LinkKind, linkPage, refusedLinkPage } from "../../../src/web/pages/recovery/link-page.ts";
import { noticePage } from "../../../src/web/pages/recovery/notice-page.ts";
import type { State } from "./states.ts";

type Assets = Awaited<ReturnType<typeof loadAssets>>;

let assets: Promise<Assets> | undefined;
const SITE = { registrationOpen: true };
const LINK = { ...SITE, link: "Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1s", minPasswordLength: 8 };

/** A page as the server writes it; a link that is good can be had from a mail only. */
function written(name: string, write: (built: Assets) => string): State {
  return {
    name,
    prepare: async (page) => {
      assets ??= loadAssets();
      const body = write(await assets);
      await page.route("/as-if", (route) => route.fulfill({ contentType: "text/html", body }));
      await page.goto("/as-if");
    },
  };
}

const KINDS: readonly LinkKind[] = ["confirm", "reset", "change-email", "undo-email"];

const ALL = { sendsMail: true, hasFactor: true, offersFactor: true, takesPasskeys: true };
const NOTHING = { sendsMail: false, hasFactor: false, offersFactor: false, takesPasskeys: false };

/** Every state of the pages of confirmation, forgotten passwords and changes of address, and of the page that leads there. */
export const RECOVERY_STATES: readonly State[] = [
  written("recovery-forgotten", (built) => addressForm(built, "reset", SITE)),
  written("recovery-forgotten-refused", (built) =>
    addressForm(built, "reset", {
      ...SITE,
      email: "ada@",
      errors: { email: ["Enter a whole e-mail address, like ada@example.com."] },
    }),
  ),
  written("recovery-too-often", (built) =>
    addressForm(built, "confirm", {
      ...SITE,
      email: "ada@example.com",
      obstacles: ["Too many attempts.", "You can try again in about 40 minutes."],
    }),
  ),
  written("recovery-change-email", (built) =>
    addressForm(built, "change-email", { ...SITE, signedInAs: "ada@example.com" }),
  ),
  ...KINDS.map((kind) =>
    written(`recovery-link-${kind}`, (built) =>
      linkPage(built, kind, { ...LINK, codeRequired: kind === "undo-email" }),
    ),
  ),
  written("recovery-link-refused-code", (built) =>
    linkPage(built, "reset", {
      ...LINK,
      codeRequired: true,
      errors: {
        code: ["This is not the code of the mail."],
        password_confirm: ["The two passwords are not the same."],
      },
    }),
  ),
  written("account-with-all", (built) =>
    accountPage(built, { ...SITE, ...ALL, signedInAs: "ada@example.com", fresh: true }),
  ),
  written("account-with-nothing", (built) =>
    accountPage(built, { ...SITE, ...NOTHING, signedInAs: "ada@example.com", fresh: false }),
  ),
  written("recovery-link-ended", (built) => refusedLinkPage(built, "reset", SITE)),
  written("code-sign-in", (built) => codeSignInPage(built, { ...SITE, next: "/", asked: false })),
  written("code-sign-in-refused", (built) =>
    codeSignInPage(built, {
      ...SITE,
      next: "/",
      asked: true,
      remember: true,
      errors: { passcode: ["This code is not right, or its time is over. Have another one sent if you need it."] },
    }),
  ),
  written("recovery-mail-sent", (built) => noticePage(built, "mail-sent", SITE)),
  written("recovery-password-set", (built) => noticePage(built, "password-reset", SITE)),
];
