import { accountForm } from "../web/account-form.ts";
import { homePage } from "../web/home-page.ts";
import { localPath } from "./local-path.ts";
import type { Operation } from "./scope.ts";

export const showHome: Operation<"showHome"> = ({ principal }) => ({ status: 200, body: homePage(principal?.email) });

export const showLoginForm: Operation<"showLoginForm"> = ({ query }) => ({
  status: 200,
  body: accountForm("login", { next: localPath(query.next) }),
});

export const showRegistrationForm: Operation<"showRegistrationForm"> = ({ query }) => ({
  status: 200,
  body: accountForm("register", { next: localPath(query.next) }),
});
