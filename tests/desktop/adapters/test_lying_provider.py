"""Whatever a provider says of itself, of its keys or in the place of tokens, it is an error of ours or understood."""

from __future__ import annotations

from collections import Counter

import httpx

from comptexpert_desktop.adapters.browser import SystemBrowser
from comptexpert_desktop.errors import ServerError, SignInError
from tests.desktop.adapters.identity import KEY, ROOT, Identity
from tests.desktop.adapters.test_browser import sign_in

ANYTHING = (
    None,
    True,
    -1,
    2**60,
    1.5,
    "",
    "x",
    "http://[",
    "https://a.example\r\nX: 1",
    "é\x1b",
    "x" * 9000,
    [],
    {},
    [[]],
)


def spoilt(document, values=ANYTHING):
    """Make every document that has one member changed or missing."""
    for name in document:
        yield {key: value for key, value in document.items() if key != name}
        for value in values:
            yield document | {name: value}


class Lying(Identity):
    """Says one document of its own at one address."""

    def __init__(self, path, document):
        super().__init__()
        self.path, self.document = path, document

    def _answer(self, request):
        return httpx.Response(200, json=self.document) if request.url.path == self.path else super()._answer(request)


def came_to(identity, ask):
    """Tell what a call came to: its value, or an error of ours; anything else is raised."""
    system = SystemBrowser(ROOT, open_url=lambda page: False, transport=identity.transport)
    try:
        return type(ask(system)).__name__
    except (ServerError, SignInError) as error:
        return error.code
    finally:
        system._client.close()


TOKENS = {"access_token": "a", "refresh_token": "r", "expires_in": 600, "token_type": "Bearer"}


def test_whatever_a_provider_says_of_itself_is_an_error_of_ours_or_understood():
    documents = [*spoilt(Identity().metadata), [], None, "x", {"issuer": ROOT}]
    path = "/.well-known/openid-configuration"
    came = Counter(came_to(Lying(path, one), lambda system: system.refresh("r")) for one in documents)
    assert sum(came.values()) == len(documents) > 70
    assert came["UNEXPECTED_REPLY"] > 30
    assert came["SIGN_IN_FORGED"] > 3


def test_whatever_comes_in_the_place_of_tokens_is_an_error_of_ours_or_understood():
    documents = [*spoilt(TOKENS), [], None, "x", {}]
    came = Counter(came_to(Lying("/o/token", one), lambda system: system.refresh("r")) for one in documents)
    assert sum(came.values()) == len(documents) > 50
    assert came["UNEXPECTED_REPLY"] > 20


def test_whatever_comes_in_the_place_of_keys_signs_nobody_in():
    """Each of these takes a whole sign-in: the keys are asked for once the code was traded."""
    keys = [*spoilt(KEY.as_dict(private=False), (None, 7, [], "x", "A" * 5000)), {}, 3]
    for wrong in [*({"keys": [one]} for one in keys if one != KEY.as_dict(private=False)), [], None, {"keys": {}}]:
        try:
            tokens, _ = sign_in(Lying("/o/jwks", wrong))
        except (ServerError, SignInError):
            continue
        assert tokens.subject == "account-1"  # what was changed is not what a key is made of
