import sys
from collections.abc import Callable
from typing import TypeVar

import kudos_client
from kudos_client.exceptions import ApiException

Body = TypeVar("Body")

steps: list[str] = []
configuration = kudos_client.Configuration(host=sys.argv[1])
client = kudos_client.ApiClient(configuration)
authentication = kudos_client.AuthenticationApi(client)
articles = kudos_client.ArticlesApi(client)
likes = kudos_client.LikesApi(client)
tests = kudos_client.CredentialsApi(client)


def note(step: str, answer: kudos_client.ApiResponse[Body]) -> Body:
    steps.append(f"{step} {answer.status_code}")
    return answer.data


def refusal(call: Callable[[], object]) -> ApiException:
    try:
        call()
    except ApiException as error:
        return error
    raise AssertionError("not refused")


email, password = "ada@example.com", "correct horse battery staple"
registered = note(
    "register",
    authentication.register_with_http_info(kudos_client.RegisterInput(email=email, password=password)),
)
assert registered.response.user is not None and registered.response.user.email == email

signed_in = note(
    "sign in",
    authentication.sign_in_with_http_info(kudos_client.SignInInput(email=email, password=password)),
)
configuration.api_key["authenticationToken"] = signed_in.authentication_token

assert note("test", tests.get_test_with_http_info()).msg == "Hello World"
liked = note("like", likes.create_article_like_with_http_info(kudos_client.ArticleLikeInput(article_id=1)))
assert liked.article_id == 1
listed = note("list", likes.list_article_likes_with_http_info(1))
assert [like.id for like in listed.items] == [liked.id]
note("unlike", likes.unlike_article_with_http_info(1))
note("log out", authentication.logout_with_http_info())

refused = refusal(tests.get_test)
steps.append(f"test {refused.status}")
assert isinstance(refused.data, kudos_client.UnauthorizedProblem)
assert refused.data.type == "urn:kudos:problem:credential-refused"

missing = refusal(lambda: articles.get_article(999_999))
steps.append(f"read {missing.status}")
assert isinstance(missing.data, kudos_client.ArticleNotFoundProblem)

wrong = kudos_client.SignInInput(email=email, password="wrong")
for _ in range(9):
    tried = refusal(lambda: authentication.sign_in(wrong))
    if tried.status == 429:
        break
steps.append(f"sign in {tried.status}")
assert isinstance(tried.data, kudos_client.TooManyRequestsProblem)
assert tried.data.type == "urn:kudos:problem:too-many-attempts"
assert tried.headers is not None and int(tried.headers["Retry-After"]) > 0
print(", ".join(steps))
