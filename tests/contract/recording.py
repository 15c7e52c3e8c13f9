"""Every answer that the real server gives to the calls of the application, kept to be spoiled afterwards."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass

import httpx

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.review import Answer, Chosen
from comptexpert_desktop.errors import ServerError
from tests.contract.raw import RawServer
from tests.fakes import new_uuid
from tests.fakes_wire import Call

EXPERT = Profile.EXPERT_COMPTABLE
TABLE = "grantee,service,rights,firm,valid_from,valid_until,reason\n{line},jesignexpert,prepare,,,,Rentrée\n"


@dataclass
class Recorded:
    """One answer, as it came."""

    path: str
    status: int
    headers: list[list[str]]
    content: str
    """In base64."""


class Recorder(httpx.BaseTransport):
    """Asks the real server, and keeps what it said."""

    def __init__(self):
        self.below, self.told = httpx.HTTPTransport(trust_env=False), []

    def handle_request(self, request):
        answer = self.below.handle_request(request)
        content = b"".join(answer.stream)
        answer.close()
        headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in answer.headers.raw]
        self.told.append(
            Recorded(request.url.path, answer.status_code, headers, base64.b64encode(content).decode("ascii"))
        )
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def close(self):
        self.below.close()


def call(path, *, method="POST", if_match=None, **body):
    return Call(method, path, body, new_uuid(), if_match=if_match)


def record(world, folder):
    """Play every call of the gateway against the real server; returns the answers of each, by the name of the call."""
    recorder = Recorder()
    server = RawServer(world.server._root, pins=folder / "recorded-pins.json", transport=recorder)
    told = {}

    def play(name, ask):
        recorder.told.clear()
        try:
            return ask()
        except ServerError as error:
            return error
        finally:
            told[name] = [asdict(one) for one in recorder.told]

    try:
        _public(play, server, world)
        _of_an_account(play, server, world)
        _writes(play, server, world)
    finally:
        server.close()
    return told


def _public(play, server, world):
    play("search", lambda: server.search(world.expert.surname[:3], profile=EXPERT, limit=20))
    play("lookup", lambda: server.lookup(world.expert.number, profile=EXPERT))
    play("lookup_unknown", lambda: server.lookup("999999999999", profile=EXPERT))
    play("snapshot", lambda: server.snapshot(since=None))
    play("catalogue", server.catalogue)
    play("councils", server.councils)
    play("ping", server.ping)
    play("clock", server.clock)


def _of_an_account(play, server, world):
    token = world.expert.token
    me = play("me", lambda: server.me(token=token))
    firm_id = me.firms[0].id
    play("me_unknown", lambda: server.me(token="none"))
    play("grantors", lambda: server.grantors(token=world.staff.token))
    play("firms", lambda: server.entry_firms(world.expert.entry_id, token=world.staff.token))
    page = play("sync", lambda: server.sync(token=token, cursor=""))
    play("sync_again", lambda: server.sync(token=token, cursor=page.cursor))
    play("sessions", lambda: server.sessions(token=token))
    play("register_json", lambda: server.register(firm_id, form="json", token=token))
    play("register_csv", lambda: server.register(firm_id, form="csv", token=token))
    firm = play("firm", lambda: server.firm(firm_id, token=token))
    terms = call(f"/firms/{firm_id}/terms", service=world.service)
    play("change_firm", lambda: server.change_firm(terms, token=token))
    stale = call(f"/firms/{firm_id}", method="PATCH", if_match=firm.version + 50, two_approvers=False)
    play("firm_stale", lambda: server.change_firm(stale, token=token))
    table = TABLE.format(line=f"invite-{new_uuid()[:8]}@cabinet.example")
    play("import", lambda: server.import_grants(table, dry_run=True, key=new_uuid(), token=token))
    bad = TABLE.format(line="inconnu.total")
    play("import_refused", lambda: server.import_grants(bad, dry_run=False, key=new_uuid(), token=token))


def _writes(play, server, world):
    login_id = f"lea.{new_uuid()[:8]}"
    person = {"profile": "other", "kind": "student", "given_name": "Léa", "surname": "Petit", "login_id": login_id}
    signup = call("/signups", email=f"{login_id}@rehearsal.example", **person)
    made = play("signup", lambda: server.submit(signup, token=""))
    play("signup_invalid", lambda: server.submit(call("/signups", **person), token=""))
    play("status", lambda: server.signup_status(made["id"], claim=made["claim"]))
    play("resend", lambda: server.resend_activation(made["id"], claim=made["claim"]))
    body = {
        "service": "bibliordre",
        "rights": ["access"],
        "grantor": world.expert.entry_id,
        "reason": "Lire les textes",
    }
    asked = play("request", lambda: server.submit(call("/delegations", **body), token=world.staff.token))
    play("request_again", lambda: server.submit(call("/delegations", **body), token=world.staff.token))
    path = f"/delegations/{asked['id']}/approve"
    play("approve_stale", lambda: server.submit(call(path, if_match=99), token=world.expert.token))
    decisions = [call(path, if_match=asked["version"]), call(path, if_match=99)]
    play("decide", lambda: server.decide(decisions, token=world.expert.token))
    _review(play, server, world)


def _review(play, server, world):
    token = world.expert.token
    firm_id = server.me(token=token).firms[0].id
    if not server.firm(firm_id, token=token).reviews:
        server.change_firm(call(f"/firms/{firm_id}/reviews"), token=token)
    review_id = server.firm(firm_id, token=token).reviews[0].id
    page = play("review", lambda: server.review(firm_id, review_id, token=token))
    chosen = [
        Chosen(delegation_id=one.delegation.id, version=one.delegation.version, answer=Answer.KEEP, key=new_uuid())
        for one in page.items[:2]
    ]
    play("answer_review", lambda: server.answer_review(firm_id, review_id, chosen, token=token))


def save(told, path):
    path.write_text(json.dumps(told), encoding="utf-8")
