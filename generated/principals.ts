// Generated from openapi.yaml by `npm run generate`. Do not edit.

/** Does an operation's `security` give it a principal: always, where there is one, or never? */
export interface principals {
  showHome: "optional";
  showLoginForm: "none";
  login: "none";
  showRegistrationForm: "none";
  register: "none";
  logout: "optional";
  getTest: "required";
  getTestSession: "required";
  createArticleLike: "required";
  listArticles: "optional";
  getArticle: "optional";
  listArticleLikes: "none";
  likeArticle: "required";
  unlikeArticle: "required";
  getArticleLike: "none";
  deleteArticleLike: "required";
  getMe: "required";
  getContractYaml: "none";
  getContractJson: "none";
  showDocumentation: "none";
  getAsset: "none";
  getLiveness: "none";
  getReadiness: "none";
}
