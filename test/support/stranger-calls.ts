import type { MailingServer } from "./account-mail.ts";
import { post } from "./server.ts";

/** A call that a stranger makes with an address. */
export type Call = (server: MailingServer, email: string) => Promise<Response>;

/** The calls that answer alike whether an address has an account or not. */
export const STRANGER_CALLS: Readonly<Record<string, Call>> = {
  register: (server, email) => post(server, "/register", { email, password: "another horse battery" }),
  signUp: (server, email) => post(server, "/api/sign_up", { email, password: "another horse battery" }),
  login: (server, email) => post(server, "/login", { email, password: "wrong horse battery" }),
  signIn: (server, email) => post(server, "/api/sign_in", { email, password: "wrong horse battery" }),
  requestReset: (server, email) => post(server, "/reset", { email }),
  startReset: (server, email) => post(server, "/api/password_reset", { email }),
  sendSignInCode: (server, email) => post(server, "/us-signin/send-code", { identity: email }),
  startCodeSignIn: (server, email) => post(server, "/api/sign_in/code", { email }),
  signInByPasscode: (server, email) => post(server, "/us-signin", { identity: email, passcode: "12345678" }),
  requestConfirmation: (server, email) => post(server, "/confirm", { email }),
  startConfirmation: (server, email) => post(server, "/api/confirmation", { email }),
};
