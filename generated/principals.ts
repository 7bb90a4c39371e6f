// Generated from openapi.yaml by `npm run generate`. Do not edit.

/** Does an operation's `security` give it a principal: always, where there is one, or never? */
export interface principals {
  showHome: "optional";
  showLoginForm: "optional";
  login: "none";
  signIn: "none";
  ratePassword: "none";
  showRegistrationForm: "optional";
  register: "none";
  logout: "optional";
  verifyPassword: "required";
  changePassword: "required";
  getTest: "required";
  getTestSession: "required";
  createArticleLike: "required";
  listArticles: "optional";
  createArticle: "required";
  getArticle: "optional";
  deleteArticle: "required";
  updateArticle: "required";
  listArticleLikes: "none";
  likeArticle: "required";
  unlikeArticle: "required";
  getArticleLike: "none";
  deleteArticleLike: "required";
  getMe: "required";
  listTokens: "required";
  createToken: "required";
  revokeTokens: "required";
  revokeToken: "required";
  listSessions: "required";
  revokeSessions: "required";
  revokeSession: "required";
  signOutElsewhere: "required";
  getContractYaml: "none";
  getContractJson: "none";
  getClientContract: "none";
  getArazzo: "none";
  showDocumentation: "optional";
  getAsset: "none";
  getIcon: "none";
  getLiveness: "none";
  getReadiness: "none";
}
