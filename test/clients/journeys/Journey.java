import java.util.ArrayList;
import java.util.List;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.ApiResponse;
import org.openapitools.client.api.ArticlesApi;
import org.openapitools.client.api.AuthenticationApi;
import org.openapitools.client.api.CredentialsApi;
import org.openapitools.client.api.LikesApi;
import org.openapitools.client.model.ArticleLike;
import org.openapitools.client.model.ArticleLikeInput;
import org.openapitools.client.model.ArticleNotFoundProblem;
import org.openapitools.client.model.RegisterInput;
import org.openapitools.client.model.SignInInput;
import org.openapitools.client.model.TooManyRequestsProblem;
import org.openapitools.client.model.UnauthorizedProblem;

public class Journey {
  private static final List<String> STEPS = new ArrayList<>();

  private interface Call {
    void make() throws ApiException;
  }

  private static <Body> Body note(String step, ApiResponse<Body> answer) {
    STEPS.add(step + " " + answer.getStatusCode());
    return answer.getData();
  }

  private static ApiException refusal(Call call) {
    try {
      call.make();
    } catch (ApiException refused) {
      return refused;
    }
    throw new AssertionError("not refused");
  }

  private static <Problem> Problem read(ApiException refused, Class<Problem> type) throws Exception {
    return ApiClient.createDefaultObjectMapper().readValue(refused.getResponseBody(), type);
  }

  private static void require(boolean condition) {
    if (!condition) throw new AssertionError("unexpected after " + STEPS);
  }

  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(arguments[0]);
    AuthenticationApi authentication = new AuthenticationApi(client);
    String email = "ada@example.com";
    String password = "correct horse battery staple";

    RegisterInput account = new RegisterInput().email(email).password(password);
    require(note("register", authentication.registerWithHttpInfo(account, null, null))
        .getResponse().getUser().getEmail().equals(email));

    SignInInput right = new SignInInput().email(email).password(password);
    String token = note("sign in", authentication.signInWithHttpInfo(right)).getAuthenticationToken();
    client.setRequestInterceptor(request -> request.header("Authentication-Token", token));
    AuthenticationApi own = new AuthenticationApi(client);
    CredentialsApi tests = new CredentialsApi(client);
    LikesApi likes = new LikesApi(client);

    require(note("test", tests.getTestWithHttpInfo()).getMsg().equals("Hello World"));
    ArticleLike liked = note("like", likes.createArticleLikeWithHttpInfo(new ArticleLikeInput().articleId(1L)));
    require(liked.getArticleId() == 1);
    List<ArticleLike> listed = note("list", likes.listArticleLikesWithHttpInfo(1L, null, null)).getItems();
    require(listed.size() == 1 && listed.get(0).getId().equals(liked.getId()));
    note("unlike", likes.unlikeArticleWithHttpInfo(1L));
    note("log out", own.logoutWithHttpInfo(null));

    ApiException refused = refusal(() -> tests.getTest());
    STEPS.add("test " + refused.getCode());
    require(read(refused, UnauthorizedProblem.class).getType()
        == UnauthorizedProblem.TypeEnum.URN_KUDOS_PROBLEM_CREDENTIAL_REFUSED);

    client.setRequestInterceptor(null);
    ApiException missing = refusal(() -> new ArticlesApi(client).getArticle(999_999L, null));
    STEPS.add("read " + missing.getCode());
    require(read(missing, ArticleNotFoundProblem.class).getType()
        == ArticleNotFoundProblem.TypeEnum.URN_KUDOS_PROBLEM_ARTICLE_NOT_FOUND);

    SignInInput wrong = new SignInInput().email(email).password("wrong");
    ApiException tried = refusal(() -> authentication.signIn(wrong));
    for (int left = 9; tried.getCode() != 429 && left > 0; left -= 1) {
      tried = refusal(() -> authentication.signIn(wrong));
    }
    STEPS.add("sign in " + tried.getCode());
    require(read(tried, TooManyRequestsProblem.class).getType()
        == TooManyRequestsProblem.TypeEnum.URN_KUDOS_PROBLEM_TOO_MANY_ATTEMPTS);
    require(Integer.parseInt(tried.getResponseHeaders().firstValue("Retry-After").orElse("0")) > 0);
    System.out.println(String.join(", ", STEPS));
  }
}
