"""Whatever knocks on the listener's port or stands in an ID token, only the answer to our own question signs in."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc import jwt
from joserfc.jwk import RSAKey

from comptexpert_desktop.adapters import browser as browser_module
from comptexpert_desktop.adapters.browser import SystemBrowser
from comptexpert_desktop.adapters.loopback import Loopback, read_answer
from comptexpert_desktop.errors import SignInCancelled, SignInExpired, SignInForged
from tests.desktop.adapters.identity import KEY, OTHER_KEY, ROOT, Identity, led_from

HOUR = 3600
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)


class Knock:
    """A request to the listener, right in everything but what a test changes."""

    def __init__(self, question):
        asked = dict(parse_qsl(urlsplit(question).query))
        self.state = asked["state"]
        self.port = urlsplit(asked["redirect_uri"]).port
        self.method, self.path, self.version = "GET", "/callback", "HTTP/1.1"
        self.query = urlencode({"code": "the-code", "state": self.state})
        self.headers = [f"Host: 127.0.0.1:{self.port}"]
        self.body = ""

    def change(self, **changes):
        vars(self).update(changes)
        return self

    def fields(self, *pairs):
        return self.change(query=urlencode(pairs))

    def raw(self):
        lines = [f"{self.method} {self.path}?{self.query} {self.version}", *self.headers, "Connection: close"]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode("utf-8", "surrogatepass")

    def knock(self):
        """Send it; returns the status, 0 when the door closed without one."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            answer = b""
            try:
                connection.sendall(self.raw())
                connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65536):
                    answer += part
            except OSError:  # the door closed while we spoke
                pass
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def host(value):
    return lambda knock: knock.change(headers=[f"Host: {value.format(port=knock.port)}"])


HOSTILE = {
    "no state": lambda k: k.fields(("code", "c")),
    "an empty state": lambda k: k.fields(("code", "c"), ("state", "")),
    "a wrong state": lambda k: k.fields(("code", "c"), ("state", "x" * len(k.state))),
    "the state but for its last letter": lambda k: k.fields(("code", "c"), ("state", k.state[:-1])),
    "the state and a letter more": lambda k: k.fields(("code", "c"), ("state", f"{k.state}x")),
    "the state in other letters": lambda k: k.fields(("code", "c"), ("state", k.state.swapcase())),
    "the state and a NUL": lambda k: k.change(query=f"code=c&state={k.state}%00"),
    "two states": lambda k: k.fields(("code", "c"), ("state", k.state), ("state", k.state)),
    "two codes": lambda k: k.fields(("code", "a"), ("code", "b"), ("state", k.state)),
    "a code and an error": lambda k: k.fields(("code", "a"), ("error", "access_denied"), ("state", k.state)),
    "no code": lambda k: k.fields(("state", k.state)),
    "an empty code": lambda k: k.fields(("code", ""), ("state", k.state)),
    "an empty error": lambda k: k.fields(("error", ""), ("state", k.state)),
    "a NUL in the code": lambda k: k.change(query=f"code=a%00b&state={k.state}"),
    "a line break in the code": lambda k: k.change(query=f"code=a%0d%0aX-Injected:%201&state={k.state}"),
    "an escape in the code": lambda k: k.change(query=f"code=%1b%5b2J&state={k.state}"),
    "bytes that are no text": lambda k: k.change(query=f"code=%ff%fe&state={k.state}"),
    "half a surrogate": lambda k: k.change(query=f"code=%ed%a0%80&state={k.state}"),
    "a token in place of a code": lambda k: k.fields(("access_token", "t"), ("state", k.state)),
    "an ID token in place of a code": lambda k: k.fields(("id_token", "t"), ("state", k.state)),
    "an answer in the fragment": lambda k: k.change(query=f"#code=c&state={k.state}"),
    "a fragment behind the answer": lambda k: k.change(query=f"code=c&state={k.state}#x"),
    "a huge query": lambda k: k.change(query=f"code={'a' * 50_000}&state={k.state}"),
    "a query longer than any line": lambda k: k.change(query=f"code={'a' * 100_000}&state={k.state}"),
    "a thousand fields": lambda k: k.change(query=f"code=c&state={k.state}" + "&a=1" * 1000),
    "another path": lambda k: k.change(path="/other"),
    "the root": lambda k: k.change(path="/"),
    "a path below": lambda k: k.change(path="/callback/x"),
    "a path in other letters": lambda k: k.change(path="/CALLBACK"),
    "a path that climbs": lambda k: k.change(path="/x/../callback"),
    "an encoded path": lambda k: k.change(path="/%63allback"),
    "an address of another host": lambda k: k.change(path="http://attacker.example/callback"),
    "a proxy's address": lambda k: k.change(path=f"http://127.0.0.1:{k.port}/callback"),
    "an address that cannot be read": lambda k: k.change(path="http://[/callback"),
    "another Host": host("attacker.example"),
    "another Host on our port": host("attacker.example:{port}"),
    "localhost for a Host": host("localhost:{port}"),
    "a Host without a port": host("127.0.0.1"),
    "a Host with another port": host("127.0.0.1:80"),
    "a Host that ends as ours": host("x127.0.0.1:{port}"),
    "no Host": lambda k: k.change(headers=[]),
    "two Hosts": lambda k: k.change(headers=[*k.headers, "Host: attacker.example"]),
    "POST": lambda k: k.change(method="POST", headers=[*k.headers, "Content-Length: 0"]),
    "HEAD": lambda k: k.change(method="HEAD"),
    "PUT": lambda k: k.change(method="PUT"),
    "OPTIONS": lambda k: k.change(method="OPTIONS"),
    "CONNECT": lambda k: k.change(method="CONNECT"),
    "a method in small letters": lambda k: k.change(method="get"),
    "HTTP of another age": lambda k: k.change(version="HTTP/9.9"),
    "a line of four words": lambda k: k.change(query=f"code=a b&state={k.state}"),
    "a hundred headers too many": lambda k: k.change(headers=[*k.headers, *["X-A: 1"] * 150]),
    "a header without an end": lambda k: k.change(headers=[*k.headers, f"X-A: {'a' * 70_000}"]),
}


def sign_in(identity, *, people, timeout=20.0):
    """Sign in while `people` does what it wants with the question; returns the tokens."""
    acting = []

    def open_url(url):
        acting.append(threading.Thread(target=lambda: people(led_from(url)), daemon=True))
        acting[0].start()
        return True

    system = SystemBrowser(ROOT, open_url=open_url, transport=identity.transport, timeout=timeout)
    try:
        return system.sign_in(cancelled=threading.Event())
    finally:
        for one in acting:
            one.join(10)
        system._client.close()


def test_there_are_forty_of_them():
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_is_refused_and_the_right_one_still_works(name):
    identity, said = Identity(), []

    def people(url):
        said.append(HOSTILE[name](Knock(url)).knock())
        identity.authorize(url)
        said.append(Knock(url).knock())

    assert sign_in(identity, people=people).subject == "account-1"
    assert said[0] != 200
    assert said[1] == 200
    assert [form["code"] for path, form in identity.forms if path == "/o/token"] == ["the-code"]


def test_the_right_answer_still_works_after_a_hundred_wrong_ones():
    identity, said = Identity(), []

    def people(url):
        makers = list(HOSTILE.values())
        said.extend(makers[rank % len(makers)](Knock(url)).knock() for rank in range(100))
        identity.authorize(url)
        said.append(Knock(url).knock())

    assert sign_in(identity, people=people).subject == "account-1"
    assert len(said) == 101
    assert 200 not in said[:100]


def test_an_error_without_a_code_is_an_answer():
    assert read_answer("/callback?error=access_denied&state=s") == {"error": "access_denied", "state": "s"}


# -- The listener --------------------------------------------------------------------------------------


def is_open(address, port):
    try:
        socket.create_connection((address, port), timeout=2).close()
    except OSError:
        return False
    return True


OTHER_ADDRESSES = ("::1", "127.0.0.2")
"""Also of this machine, and also loopback: a port bound to every address would answer there too."""


def test_the_port_answers_on_the_loopback_address_alone():
    with Loopback(state="s") as loopback:
        port = urlsplit(loopback.redirect_uri).port
        assert is_open("127.0.0.1", port)
        assert [address for address in OTHER_ADDRESSES if is_open(address, port)] == []


def test_nobody_else_can_take_the_port_while_it_listens():
    with Loopback(state="s") as loopback, socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", urlsplit(loopback.redirect_uri).port))


def test_the_port_is_closed_before_the_code_is_traded(monkeypatch):
    identity = Identity()
    ports, open_then = [], []
    answer = identity._tokens
    monkeypatch.setattr(
        identity, "_tokens", lambda form: open_then.append(is_open("127.0.0.1", ports[0])) or answer(form)
    )

    def people(url):
        identity.authorize(url)
        ports.append(Knock(url).port)
        Knock(url).knock()

    sign_in(identity, people=people)
    assert open_then == [False]


def test_the_port_closes_when_nobody_answers_and_two_minutes_are_the_patience():
    ports = []
    with pytest.raises(SignInExpired):
        sign_in(Identity(), people=lambda url: ports.append(Knock(url).port), timeout=0.3)
    assert not is_open("127.0.0.1", ports[0])
    assert browser_module.TIMEOUT == 120.0


def test_the_port_closes_at_once_when_the_person_gives_up():
    identity, ports, cancelled = Identity(), [], threading.Event()

    def open_url(page):
        ports.append(Knock(led_from(page)).port)
        threading.Timer(0.1, cancelled.set).start()
        return True

    system = SystemBrowser(ROOT, open_url=open_url, transport=identity.transport)
    began = time.monotonic()
    with pytest.raises(SignInCancelled):
        system.sign_in(cancelled=cancelled)
    system._client.close()
    assert time.monotonic() - began < 5
    assert not is_open("127.0.0.1", ports[0])


# -- The ID token --------------------------------------------------------------------------------------


def in_base64(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def half_hash(token):
    return in_base64(hashlib.sha256(token.encode()).digest()[:16])


def header(**changes):
    return lambda identity: setattr(identity, "header", identity.header | changes)


def signed_as(scheme, digest, **told):
    """Sign with the server's own key, under a header that the library would never write."""

    def make(right):
        head = in_base64(json.dumps({"kid": "k1"} | told).encode())
        text = f"{head}.{in_base64(json.dumps(right).encode())}"
        return f"{text}.{in_base64(KEY.private_key.sign(text.encode(), scheme, digest))}"

    return signed(make)


def claims(**changes):
    return lambda identity: setattr(identity, "claims", changes)


def signed(make):
    """Replace the whole ID token by what `make` returns for the right claims."""
    return lambda identity: setattr(identity, "_signed", make)


def tampered(right):
    head, body, proof = jwt.encode({"alg": "RS256", "kid": "k1"}, right, KEY).split(".")
    content = json.loads(base64.urlsafe_b64decode(body + "=="))
    return f"{head}.{in_base64(json.dumps(content | {'sub': 'account-2'}).encode())}.{proof}"


def with_its_own_key(right):
    """Carry the key that it wants to be judged by."""
    mine = RSAKey.generate_key(2048, {"kid": "mine"})
    return jwt.encode({"alg": "RS256", "kid": "mine", "jwk": mine.as_dict(private=False)}, right, mine)


NOW = int(time.time())
FORGED = {
    "no signature": header(alg="none"),
    "signed with the public key as a password": header(alg="HS256"),
    "signed by another key": lambda identity: setattr(identity, "key", OTHER_KEY),
    "signed under an unknown id": header(kid="other"),
    "a better algorithm than ours": signed_as(padding.PKCS1v15(), hashes.SHA512(), alg="RS512"),
    "a padding that nobody asked for": signed_as(PSS, hashes.SHA256(), alg="PS256"),
    "an extension that must be understood": signed_as(
        padding.PKCS1v15(), hashes.SHA256(), alg="RS256", crit=["x"], x=1
    ),
    "a key of its own": signed(with_its_own_key),
    "changed after it was signed": signed(tampered),
    "without its signature": signed(
        lambda right: jwt.encode({"alg": "RS256", "kid": "k1"}, right, KEY).rpartition(".")[0]
    ),
    "with an empty signature": signed(
        lambda right: jwt.encode({"alg": "RS256", "kid": "k1"}, right, KEY).rpartition(".")[0] + "."
    ),
    "no token at all": signed(lambda right: ""),
    "not a text": signed(lambda right: 12),
    "four dots": signed(lambda right: "a.b.c.d.e"),
    "another issuer": claims(iss="https://evil.example"),
    "the issuer with a slash": claims(iss=f"{ROOT}/"),
    "no issuer": claims(iss=None),
    "another audience": claims(aud="portal"),
    "an audience that begins as ours": claims(aud="comptexpert-desktop-2"),
    "several audiences": claims(aud=["comptexpert-desktop", "portal"]),
    "no audience": claims(aud=None),
    "made for another party": claims(azp="portal"),
    "no nonce": claims(nonce=None),
    "an old nonce": claims(nonce="replayed"),
    "a nonce that is a list": claims(nonce=["a"]),
    "expired": claims(exp=NOW - HOUR),
    "no end": claims(exp=None),
    "an end that is a text": claims(exp="never"),
    "not valid yet": claims(nbf=NOW + HOUR),
    "made tomorrow": claims(iat=NOW + 24 * HOUR),
    "no date": claims(iat=None),
    "nobody": claims(sub=None),
    "an empty person": claims(sub=""),
    "a person that is a number": claims(sub=1),
    "made with another access token": claims(at_hash=half_hash("access-2")),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_id_token_signs_nobody_in(name):
    identity = Identity()
    FORGED[name](identity)

    def people(url):
        identity.authorize(url)
        Knock(url).knock()

    with pytest.raises(SignInForged):
        sign_in(identity, people=people)


@pytest.mark.parametrize(
    "told",
    [{"at_hash": half_hash("access-1")}, {"azp": "comptexpert-desktop"}, {"aud": ["comptexpert-desktop"]}],
)
def test_what_a_provider_may_add_is_no_forgery(told):
    identity = Identity()
    identity.claims = told

    def people(url):
        identity.authorize(url)
        Knock(url).knock()

    assert sign_in(identity, people=people).subject == "account-1"


def test_the_hand_that_forges_can_sign_what_is_right():
    identity = Identity()
    signed_as(padding.PKCS1v15(), hashes.SHA256(), alg="RS256")(identity)

    def people(url):
        identity.authorize(url)
        Knock(url).knock()

    assert sign_in(identity, people=people).subject == "account-1"


# -- The provider --------------------------------------------------------------------------------------


@pytest.mark.parametrize("iss", [None, "https://evil.example", f"{ROOT}/", ""])
def test_an_answer_must_come_from_the_provider_that_names_itself(iss):
    identity = Identity()
    identity.metadata["authorization_response_iss_parameter_supported"] = True

    def people(url):
        identity.authorize(url)
        told = {} if iss is None else {"iss": iss}
        Knock(url).fields(("code", "the-code"), ("state", identity.asked["state"]), *told.items()).knock()

    with pytest.raises(SignInForged):
        sign_in(identity, people=people)
    assert identity.forms == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "https://evil.example"),
        ("issuer", "https://comptexpert.example.evil.example"),
        ("revocation_endpoint", "http://evil.example/revoke"),
    ],
)
def test_a_provider_that_is_another_is_never_asked(name, value):
    identity = Identity()
    identity.metadata[name] = value
    with pytest.raises(SignInForged):
        sign_in(identity, people=lambda url: None)
    assert identity.forms == []


def test_a_relay_on_this_machine_is_no_other_provider():
    identity = Identity()
    identity.metadata["issuer"] = "http://localhost:9000"
    identity.claims = {"iss": "http://localhost:9000"}

    def people(url):
        identity.authorize(url)
        Knock(url).knock()

    assert sign_in(identity, people=people).subject == "account-1"
