import { Secret, TOTP } from "otpauth";
import type { Page } from "playwright-core";
import type { State } from "./states.ts";
import { goTo, makeToken, openView, registerInPlace, signedIn, signInInPlace } from "./view-steps.ts";

/** Has a call answered so, as if the server did. */
async function answer(page: Page, path: string, status: number, body: object): Promise<void> {
  const contentType = status < 400 ? "application/json" : "application/problem+json";
  await page.route(`**${path}`, (route) => route.fulfill({ status, contentType, body: JSON.stringify(body) }));
}

/** A sign-in whose password was right, at its second step. */
function waiting(name: string, step: "factor" | "set-up", prepare: State["prepare"]): State {
  return {
    name,
    prepare: async (page) => {
      const waits = {
        sign_in_token: "kudosp_x",
        step,
        methods: ["authenticator", "webauthn"],
        expires_at: "2026-01-31T12:00:00Z",
      };
      await answer(page, "/api/sign_in", 403, {
        type: "urn:kudos:problem:second-factor-required",
        title: "Forbidden",
        status: 403,
        ...waits,
      });
      await prepare(page);
      await openView(page);
      await page.getByRole("link", { name: "Sign in" }).click();
      await signInInPlace(page, "ada@example.com");
      await page.getByLabel("Code of your authenticator").waitFor();
    },
  };
}

const PASSKEY = {
  id: "Wc8nRkPgs5Hb1fYx0mTq2v",
  name: "phone",
  credential_id: "s5Hb1fYx0mTq2vWc8nRkPg",
  usage: "first",
  second_factor: false,
  transports: ["internal"],
  aaguid: "00000000-0000-0000-0000-000000000000",
  device_type: "multi_device",
  backed_up: true,
  discoverable: true,
  created_at: "2026-01-31T12:00:00.000Z",
  last_used_at: null,
};
const LONG = { ...PASSKEY, id: "Xc8nRkPgs5Hb1fYx0mTq2v", name: "q".repeat(64), device_type: "single_device" };

/** A server that sends codes by mail and by SMS, which refuses a telephone number once. */
async function answerCodes(page: Page): Promise<void> {
  let refused = false;
  const mine = {
    policy: "optional",
    method: null,
    has_factor: false,
    phone: null,
    added_at: null,
    available_methods: ["authenticator", "email", "sms"],
    recovery_codes_left: 0,
  };
  const begun = { set_up_token: "kudosf_x", method: "sms", sent_to: "…0123", expires_at: "2026-01-31T12:30:00.000Z" };
  const problem = {
    type: "urn:kudos:problem:phone-refused",
    title: "Bad Request",
    status: 400,
    errors: [
      {
        pointer: "/phone",
        detail: "This is no telephone number. Begin it with + and the country code, such as +14155550123.",
      },
    ],
  };
  await page.route("**/api/me/second_factor", (route) => {
    if (route.request().method() === "GET") return route.fulfill({ status: 200, json: mine });
    if (refused) return route.fulfill({ status: 201, json: begun });
    refused = true;
    return route.fulfill({ status: 400, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
}

/** Chooses codes by SMS, with a number that is refused. */
async function chooseTexts(page: Page): Promise<void> {
  await answerCodes(page);
  await goTo(page, "Security");
  await page.getByRole("button", { name: "Set up" }).click();
  await page.getByRole("radio", { name: "By SMS" }).check();
  await page.getByLabel("Telephone number").fill("1");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
}

/** Begins to set up an authenticator, and answers its key. */
async function beginSetUp(page: Page): Promise<string> {
  await goTo(page, "Security");
  await page.getByRole("button", { name: "Set up" }).click();
  return String(await page.locator(".key").textContent());
}

/** Every state of the account area but that of the devices and of the password, and of the steps of a sign-in. */
export const ACCOUNT_STATES: readonly State[] = [
  signedIn("view-menu", async (page) => {
    await page.locator(".who").click();
    await page.getByRole("navigation", { name: "Account menu" }).waitFor();
  }),
  signedIn("view-security", async (page) => {
    await answer(page, "/api/passkeys", 200, { rp_id: "localhost", user_handle: null, items: [PASSKEY, LONG] });
    await goTo(page, "Security");
    await page.getByRole("button", { name: "Set up" }).waitFor();
    await page.getByRole("button", { name: "Rename phone" }).click();
    await page.getByLabel("New name").fill("");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
  }),
  signedIn("view-security-failed", async (page) => {
    await page.route(/\/api\/(passkeys|me\/second_factor)/, (route) => route.fulfill({ status: 503 }));
    await goTo(page, "Security");
    await page.getByRole("heading", { name: "Not now" }).nth(1).waitFor();
  }),
  signedIn("view-factor-set-up", async (page) => {
    await beginSetUp(page);
    await page.getByLabel("Code that the app shows").fill("1");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").first().waitFor();
  }),
  signedIn("view-factor-choice", chooseTexts),
  signedIn("view-factor-code-sent", async (page) => {
    await chooseTexts(page);
    await page.keyboard.press("Enter");
    await page.getByText("on its way to …0123").waitFor();
    await page.getByRole("button", { name: "Send it again" }).click();
    await page.getByText("It is on its way.").waitFor();
  }),
  signedIn("view-recovery-codes", async (page) => {
    const secret = Secret.fromBase32((await beginSetUp(page)).replaceAll(" ", ""));
    await page.getByLabel("Code that the app shows").fill(new TOTP({ secret }).generate());
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "Recovery codes" }).waitFor();
  }),
  waiting("view-second-step", "factor", async (page) => {
    await answer(page, "/api/sign_in/second_factor", 400, {});
  }),
  waiting("view-second-step-set-up", "set-up", async (page) => {
    await answer(page, "/api/sign_in/second_factor/set_up", 201, {
      set_up_token: "kudosf_x",
      method: "authenticator",
      secret: "NBWW2DPBNBWW2DPBNBWW2DPBNBWW2DPB",
      uri: "otpauth://totp/Kudos:ada%40example.com?issuer=Kudos&secret=NBWW2DPBNBWW2DPBNBWW2DPBNBWW2DPB",
      qr_svg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h1v1H0zM1 1h1v1H1z"/></svg>`,
      expires_at: "2026-01-31T12:30:00.000Z",
    });
  }),
  {
    name: "view-unconfirmed",
    prepare: async (page) => {
      await answer(page, "/api/sign_up", 202, { request: "x" });
      await openView(page);
      await page.getByRole("link", { name: "Create an account" }).click();
      await signInInPlace(page, "ada@example.com");
      await page.getByLabel("Code of the mail").waitFor();
    },
  },
  {
    name: "view-address",
    prepare: async (page) => {
      await answer(page, "/api/email_change", 202, { request: "x" });
      await registerInPlace(page, "view-address@example.com");
      await page.goto("/#/address");
      await page.getByLabel("New e-mail address").fill(`${"a".repeat(64)}@example.com`);
      await page.keyboard.press("Enter");
      await page.getByLabel("Code of the mail").waitFor();
    },
  },
  signedIn("view-tokens", async (page) => {
    await makeToken(page, "q".repeat(100));
    await page.getByRole("button", { name: "I have copied it" }).click();
    await makeToken(page, "nightly report");
  }),
  signedIn("view-tokens-refused", async (page) => {
    await goTo(page, "Tokens for programs");
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.getByLabel("Name").fill("nightly report");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
  }),
  signedIn("view-tokens-confirm", async (page) => {
    await makeToken(page, "nightly report");
    await page.getByRole("button", { name: /^End nightly report/ }).click();
    await page.getByRole("dialog").waitFor();
  }),
  signedIn("view-tokens-failed", async (page) => {
    await page.route("**/api/tokens", (route) => route.fulfill({ status: 503 }));
    await goTo(page, "Tokens for programs");
    await page.getByRole("heading", { name: "Not now" }).waitFor();
  }),
  signedIn("view-export", (page) => goTo(page, "Export")),
  signedIn("view-activity", async (page) => {
    await goTo(page, "Activity");
    await page.locator(".device").first().waitFor();
  }),
  signedIn("view-deletion-refused", async (page) => {
    await goTo(page, "Delete the account");
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByRole("alert").waitFor();
  }),
];
