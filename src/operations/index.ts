import {
  createToken,
  getMe,
  listSessions,
  listTokens,
  revokeSession,
  revokeSessions,
  revokeToken,
  revokeTokens,
} from "./account.ts";
import { createArticle, deleteArticle, getArticle, listArticles, updateArticle } from "./articles.ts";
import { changePassword, login, logout, register, verifyPassword } from "./authentication.ts";
import { getAsset, getContractJson, getContractYaml, getIcon, showDocumentation } from "./documentation.ts";
import type { Operations } from "./handler-context.ts";
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
import { getTest, getTestSession } from "./test.ts";

/** Every operation of the contract, by its operationId. */
export const operations: Operations = {
  changePassword,
  createArticle,
  createArticleLike,
  createToken,
  deleteArticle,
  deleteArticleLike,
  getArticle,
  getArticleLike,
  getAsset,
  getContractJson,
  getContractYaml,
  getIcon,
  getLiveness,
  getMe,
  getReadiness,
  getTest,
  getTestSession,
  likeArticle,
  listArticleLikes,
  listArticles,
  listSessions,
  listTokens,
  login,
  logout,
  register,
  revokeSession,
  revokeSessions,
  revokeToken,
  revokeTokens,
  showDocumentation,
  showHome,
  showLoginForm,
  showRegistrationForm,
  unlikeArticle,
  updateArticle,
  verifyPassword,
};
