import sys

from kudos_client import AuthenticatedClient, Client
from kudos_client.api.articles import get_article
from kudos_client.api.authentication import logout, register, sign_in
from kudos_client.api.likes import create_article_like, list_article_likes, unlike_article
from kudos_client.api.credentials import get_test
from kudos_client.models import (
    ArticleNotFoundProblem,
    ArticleNotFoundProblemType,
    ArticleLike,
    ArticleLikeInput,
    ArticleLikePage,
    RegisteredUser,
    Registration,
    Greeting,
    RegisterInput,
    SignedInToken,
    SignInInput,
    TooManyRequestsProblem,
    TooManyRequestsProblemType,
    UnauthorizedProblem,
    UnauthorizedProblemType,
)

base_url = sys.argv[1]
steps: list[str] = []


def note(step: str, status: int) -> None:
    steps.append(f"{step} {int(status)}")


email, password = "ada@example.com", "correct horse battery staple"
stranger = Client(base_url=base_url)

registered = register.sync_detailed(client=stranger, body=RegisterInput(email=email, password=password))
note("register", registered.status_code)
assert isinstance(registered.parsed, Registration)
assert isinstance(registered.parsed.response.user, RegisteredUser) and registered.parsed.response.user.email == email

signed_in = sign_in.sync_detailed(client=stranger, body=SignInInput(email=email, password=password))
note("sign in", signed_in.status_code)
assert isinstance(signed_in.parsed, SignedInToken)
ada = AuthenticatedClient(base_url=base_url, token=signed_in.parsed.authentication_token)

tested = get_test.sync_detailed(client=ada)
note("test", tested.status_code)
assert isinstance(tested.parsed, Greeting)
assert tested.parsed.msg == "Hello World"

liked = create_article_like.sync_detailed(client=ada, body=ArticleLikeInput(article_id=1))
note("like", liked.status_code)
assert isinstance(liked.parsed, ArticleLike)
assert liked.parsed.article_id == 1

listed = list_article_likes.sync_detailed(client=ada, article_id=1)
note("list", listed.status_code)
assert isinstance(listed.parsed, ArticleLikePage)
assert [like.id for like in listed.parsed.items] == [liked.parsed.id]

note("unlike", unlike_article.sync_detailed(client=ada, article_id=1).status_code)
note("log out", logout.sync_detailed(client=ada).status_code)

refused = get_test.sync_detailed(client=ada)
note("test", refused.status_code)
assert isinstance(refused.parsed, UnauthorizedProblem)
assert refused.parsed.type_ is UnauthorizedProblemType.URNKUDOSPROBLEMCREDENTIAL_REFUSED

missing = get_article.sync_detailed(client=ada, article_id=999_999)
note("read", missing.status_code)
assert isinstance(missing.parsed, ArticleNotFoundProblem)
assert missing.parsed.type_ is ArticleNotFoundProblemType.URNKUDOSPROBLEMARTICLE_NOT_FOUND

for _ in range(9):
    tried = sign_in.sync_detailed(client=stranger, body=SignInInput(email=email, password="wrong"))
    if tried.status_code == 429:
        break
note("sign in", tried.status_code)
assert isinstance(tried.parsed, TooManyRequestsProblem)
assert tried.parsed.type_ is TooManyRequestsProblemType.URNKUDOSPROBLEMTOO_MANY_ATTEMPTS
assert int(tried.headers["Retry-After"]) > 0
print(", ".join(steps))
