"""What Schemathesis cannot read from the contract: where credentials come from, and how HTML, style sheets and programs are read."""

import itertools
import json
import os
import re
from urllib.parse import quote
from urllib.request import Request, urlopen

import schemathesis

URL = os.environ["KUDOS_URL"]
CREDENTIAL = os.environ["KUDOS_CREDENTIAL"]
EMAIL = os.environ["KUDOS_EMAIL"]
numbers = itertools.count(1)


def send(path, email):
    account = json.dumps({"email": email, "password": os.environ["KUDOS_PASSWORD"]}).encode()
    with urlopen(Request(URL + path, account, {"Content-Type": "application/json"})) as response:
        return response.headers, json.load(response)["response"]


def sign_in(path, case):
    """Signs in as the scout; where the case would end that account, as somebody who is made for it."""
    if case.operation.definition.raw.get("operationId") not in ("deleteAccount", "deleteMe"):
        return send(path, EMAIL)
    email = f"{next(numbers)}-{EMAIL}"
    send("/register", email)
    return send(path, email)


# Each case has a credential of its own, because many operations end the one that they are called with.
if CREDENTIAL == "token":

    @schemathesis.auth(refresh_interval=None)
    class Token:
        def get(self, case, context):
            return sign_in("/login?include_auth_token", case)[1]["user"]["authentication_token"]

        def set(self, case, data, context):
            case.headers["Authentication-Token"] = data


if CREDENTIAL == "cookie":

    @schemathesis.auth(refresh_interval=None)
    class Session:
        def get(self, case, context):
            headers, body = sign_in("/login", case)
            cookies = dict(field.split(";")[0].split("=", 1) for field in headers.get_all("Set-Cookie"))
            return cookies["kudos_session"], body["csrf_token"]

        def set(self, case, data, context):
            case.cookies["kudos_session"], case.headers["X-CSRF-Token"] = data


# The characters of a cookie (RFC 6265, section 4.1.1) but for the percent sign. Others have to be encoded, by the style of the parameter,
# and Schemathesis writes them as they are.
COOKIE = re.compile(r"[!#$&-+\--:<-\[\]-~]*")


@schemathesis.hook
def filter_case(context, case):
    """Leaves out what nearly fills 16 KiB of address and headers: the connection refuses it before there is an operation (431)."""
    if not all(COOKIE.fullmatch(str(cookie)) for cookie in (case.cookies or {}).values()):
        return False
    fields = [*(case.headers or {}).values(), *(case.query or {}).values(), *(case.cookies or {}).values()]
    return sum(len(quote(str(field))) for field in fields) < 12_000


@schemathesis.deserializer("text/html", "text/css", "text/javascript", "image/svg+xml")
def read_text(context, response):
    return response.content.decode()
