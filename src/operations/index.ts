import type { Handlers } from "../contract/handler.ts";
import type { Principal } from "../domain/principal.ts";
import { getMe } from "./account.ts";
import { getArticle, listArticles } from "./articles.ts";
import { login, logout, register } from "./authentication.ts";
import { getAsset, getContractJson, getContractYaml, showDocumentation } from "./documentation.ts";
import { getLiveness, getReadiness } from "./health.ts";
import {
  createArticleLike,
  deleteArticleLike,
  getArticleLike,
  likeArticle,
  listArticleLikes,
  unlikeArticle,
} from "./likes.ts";
import { showHome, showLoginForm, showRegistrationForm } from "./pages.ts";
import type { Scope } from "./scope.ts";
import { getTest, getTestSession } from "./test.ts";

/** Every operation of the contract, by its operationId. */
export const operations: Handlers<Principal, Scope> = {
  createArticleLike,
  deleteArticleLike,
  getArticle,
  getArticleLike,
  getAsset,
  getContractJson,
  getContractYaml,
  getLiveness,
  getMe,
  getReadiness,
  getTest,
  getTestSession,
  likeArticle,
  listArticleLikes,
  listArticles,
  login,
  logout,
  register,
  showDocumentation,
  showHome,
  showLoginForm,
  showRegistrationForm,
  unlikeArticle,
};
