"""« Who could do what on that day? », replayed by the application from the register, is what the server said then."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from comptexpert_desktop.domain import held_periods, register, rights_board, who_can
from comptexpert_desktop.domain.delegation import DelegationRow, Firm, Role
from comptexpert_desktop.domain.documents import read_catalogue, read_delegation
from comptexpert_desktop.domain.register import Head
from comptexpert_desktop.domain.rights_board import BoardRight, Standing
from comptexpert_desktop.presentation.documents.order import Form, Order, What
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.runtime.progress import Progress
from comptexpert_desktop.ui.documents import writers
from comptexpert_desktop.usecases.documents.register import Export, Verdict
from comptexpert_server.audit.verification import read
from comptexpert_server.base.clock import today
from comptexpert_server.delegations.access import held_by
from comptexpert_server.delegations.entitlement import entitlement_of, facts_of
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import LIVE, Delegation
from comptexpert_server.delegations.past_days import held_on
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.desk import corrections
from tests.server import desk
from tests.server.delegations.test_histories import EXPERTS, RIGHTS, STAFF, History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from comptexpert_desktop.domain.held_periods import Period

SEEDS, STEPS = range(4), 60
CAMPAIGN = range(5000, 5300)
ENOUGH = 10_000
CASES: Counter[str] = Counter()
"""How many answers were compared, one a person, a right and a moment."""


class Witnessed(History):
    """A random history of a small firm, and what the server answers at the end of each of its days."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.operator = desk.account("operator", "", is_staff=True, council="bretagne")
        self.days: dict[date, dict[tuple[str, str], tuple[bool, str]]] = {}

    def step(self) -> None:
        chance = self.dice.random()
        if chance < 0.08:
            self.attest()
        elif chance < 0.12:
            self.expect(self.people["agathe"].post(f"/firms/{self.firm.pk}/terms", {"service": "jesignexpert"}))
        elif chance < 0.27:
            self.wait()
        else:
            super().step()

    def attest(self) -> None:
        """Attest a certificate that ends in some days, or take it back."""
        days = self.dice.choice((0, 2, 20, 200, None))
        person = self.people[self.dice.choice(STAFF)].account
        person.refresh_from_db()
        until = None if days is None else today() + timedelta(days=days)
        corrections.attest_certificate(
            person, until=until, reason=desk.REASON, operator=self.operator, at=timezone.now()
        )

    def wait(self, *, days: int | None = None) -> None:
        before = today()
        days = self.dice.choice((0, 0, 1, 4, 15)) if days is None else days
        for day in range(days):  # nobody acts, and no worker runs, on the days between
            self.witness(before + timedelta(days=day))
        self.now += timedelta(days=days)
        run_due(self.now)

    def witness(self, day: date) -> None:
        rows = list(complete(Delegation.objects.filter(firm=self.firm, status__in=LIVE)))
        facts = facts_of(rows, today=day)
        self.days[day] = {
            (str(row.pk), right): (right in entitlement_of(row, facts=facts).rights, row.grantor.surname.upper())
            for row in rows
            for right in row.rights
        }

    def export(self) -> Any:
        reader = desk.expert(self.firm, surname="Lecteur")
        answer = reader.get("/register", firm=str(self.firm.pk))
        assert answer.status == 200, answer.body
        return answer.body


def covering(periods: Iterable[Period], *, day: date) -> set[tuple[str, str, str, str]]:
    """Return what the table « Qui pouvait quoi, et quand » says of a day."""
    return {
        (one.person, one.service, one.grantor, right)
        for one in periods
        if one.first <= day and (one.last is None or day <= one.last)
        for right in one.rights
    }


def attested_on(history: Witnessed, *, day: date) -> set[tuple[str, str]]:
    """Return what the server itself would attest for that day, by delegation and right."""
    events = read(str(history.firm.pk)).events
    accounts = [history.people[name].account for name in (*STAFF, "agathe", "bruno")]
    held = [one for account in accounts for one in held_on(events, account_id=account.pk, day=day)]
    return {(one.delegation_id, one.right) for one in held if one.effective}


@pytest.fixture
def lived(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Witnessed]:
    def live(seed: int) -> Witnessed:
        history = Witnessed(seed)
        monkeypatch.setattr(timezone, "now", lambda: history.now)
        for _step in range(STEPS):
            history.step()
        if not history.days:  # by chance no day has passed
            history.wait(days=1)
        history.witness(today())
        return history

    return live


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_a_past_day_read_from_the_register_is_what_the_server_said_on_that_day(
    seed: int, lived: Callable[[int], Witnessed]
) -> None:
    assert_past_days(lived(seed))


def assert_past_days(history: Witnessed) -> None:
    found = register.read(json.dumps(history.export()))
    assert register.first_fault(found) is None
    periods = held_periods.periods(found, today=today())
    for day, said in history.days.items():
        replayed = {
            (one.delegation_id, one.right): (one.is_effective, one.grantor.rpartition(" ")[2])
            for one in who_can.replay(found, day=day, names={})
        }
        assert replayed == said, day
        assert covering(periods, day=day) == {
            (one.person, one.service, one.grantor, one.right)
            for one in who_can.replay(found, day=day, names={})
            if one.is_effective
        }, day
        assert attested_on(history, day=day) == {key for key, (is_effective, _by) in said.items() if is_effective}, day
        CASES["past days"] += len(said)
    assert len(history.days) > 1


class Board(Witnessed):
    """A random history after each step of which « Qui peut ? » is compared with what the server would let each do."""

    def step(self) -> None:
        super().step()
        for name in EXPERTS:
            self.compare_board(self.people[name])

    def compare_board(self, expert: desk.Desk) -> None:
        page = expert.get("/sync")
        assert page.status == 200, page.body
        rows = [DelegationRow(read_delegation(one), Role.GRANTOR, None) for one in page.body["delegations"]]
        board = rights_board.board(rows, firm_id=str(self.firm.pk), day=today())
        for name in STAFF:
            account = self.people[name].account
            held = held_by(account)
            live = [one for one in held.delegations if one.status in LIVE and one.firm_id == self.firm.pk]
            may = {right for one in live for right in entitlement_of(one, facts=held.facts).rights}
            granted = {right for one in live for right in one.rights}
            for right in RIGHTS:
                cell = board.cells.get((str(account.pk), BoardRight("jesignexpert", right)))
                standing = None if cell is None else cell.standing
                assert (standing is Standing.CAN) is (right in may), (name, right, cell)
                assert (standing in {Standing.CAN, Standing.LACKS}) is (right in granted), (name, right, cell)
                CASES["boards"] += 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seed", "steps"), [(7, 20), *(pytest.param(seed, STEPS, marks=pytest.mark.campaign) for seed in range(6000, 6008))]
)
def test_who_can_says_after_each_step_what_the_server_lets_each_do(
    seed: int, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = Board(seed)
    monkeypatch.setattr(timezone, "now", lambda: history.now)
    for _step in range(steps):
        history.step()


@pytest.mark.campaign
@pytest.mark.django_db
@pytest.mark.parametrize("seed", CAMPAIGN)
def test_past_days_of_many_histories_are_what_the_server_said(seed: int, lived: Callable[[int], Witnessed]) -> None:
    assert_past_days(lived(seed))


@pytest.mark.campaign
def test_ten_thousand_answers_were_compared_on_either_side() -> None:
    print(dict(CASES))
    assert min(CASES["boards"], CASES["past days"]) >= ENOUGH


@pytest.mark.django_db
def test_names_are_those_of_the_day_and_a_certificate_ends_with_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    history = Witnessed(0)
    monkeypatch.setattr(timezone, "now", lambda: history.now)
    agathe, lea, first = history.people["agathe"], history.people["lea"], today()
    agathe.post(f"/firms/{history.firm.pk}/terms", {"service": "jesignexpert"})
    desk.active(lea, agathe, service="jesignexpert", rights=["prepare", "sign"])
    last = first + timedelta(days=2)
    corrections.attest_certificate(
        lea.account, until=last, reason=desk.REASON, operator=history.operator, at=timezone.now()
    )
    history.now += timedelta(days=3)
    run_due(history.now)
    lea.account.said_surname = "Autrement"
    lea.account.save()
    desk.active(lea, history.people["bruno"], service="jesignexpert", rights=["seal"])
    found = register.read(json.dumps(history.export()))

    def said(day: date) -> set[tuple[str, str, bool, tuple[str, ...]]]:
        answers = who_can.replay(found, day=day, names={})
        return {(one.person, one.right, one.is_effective, one.missing) for one in answers}

    prepare = ("Léa QUÉMENER", "prepare", True, ())
    for day in (first, last):
        assert said(day) == {prepare, ("Léa QUÉMENER", "sign", True, ())}
    assert said(last + timedelta(days=1)) == {
        prepare,
        ("Léa QUÉMENER", "sign", False, ("DEL_CERT_REQUIRED",)),
        ("Léa AUTREMENT", "seal", True, ()),
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("qapp")
def test_the_pdf_of_a_register_says_to_a_stranger_who_could_do_what_on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    history = Witnessed(0)
    history.now = datetime(2027, 3, 10, 9, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: history.now)
    agathe, lea = history.people["agathe"], history.people["lea"]
    agathe.post(f"/firms/{history.firm.pk}/terms", {"service": "jesignexpert"})
    right = desk.active(lea, agathe, service="jesignexpert", rights=["prepare"])
    history.now += timedelta(days=5)
    assert agathe.decide(right, "revoke").status == 200
    content = json.dumps(history.export()).encode()
    found = register.read(content.decode())
    verdict = Verdict(str(history.firm.pk), len(found.lines), None, "verified", Head(0, "", ""))
    firm = Firm(str(history.firm.pk), history.firm.siren, history.firm.name)
    written = writers.write_register(
        Export(content, found, verdict),
        order=Order(What.REGISTER, Form.PDF, firm=firm),
        now=history.now,
        progress=Progress(),
        labels=Labels(read_catalogue(agathe.get("/catalogue").body)),
    )
    assert written is not None
    pages = PdfReader(io.BytesIO(written)).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())
    assert "Qui pouvait quoi, et quand" in said
    row = "Léa QUÉMENER Jesignexpert préparer un document à signer 10/03/2027 14/03/2027 Agathe DELORME"
    assert row in said, "« qui pouvait quoi le 12 mars ? » is one line"
    assert "Agathe DELORME révoque le droit de Léa QUÉMENER" in said
