"""« Demander une délégation »: one service, some rights, one expert-comptable, a reason."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal

from comptexpert_desktop.domain.delegation import NewRequest
from comptexpert_desktop.domain.delegation_rules import ask_or_grant
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.delegations import end_dates
from comptexpert_desktop.presentation.delegations.identity_words import GrantCheck, grant_check
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.delegations.end_date_box import EndDateBox
from comptexpert_desktop.ui.delegations.firm_pages import FirmPages
from comptexpert_desktop.ui.delegations.grant_pane import GrantPane
from comptexpert_desktop.ui.delegations.grant_summary import ask_summary
from comptexpert_desktop.ui.delegations.grantee_field import GranteeField
from comptexpert_desktop.ui.delegations.grantor_field import GrantorField, entry_of
from comptexpert_desktop.ui.delegations.more_rights import MoreRights
from comptexpert_desktop.ui.delegations.reason_field import MAX_REASON, ReasonField
from comptexpert_desktop.ui.delegations.request_lines import requests_of
from comptexpert_desktop.ui.delegations.rights_choice import RightsChoice
from comptexpert_desktop.ui.delegations.start_day import StartDay
from comptexpert_desktop.ui.delegations.template_choice import TemplateChoice
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane, follow_question
from comptexpert_desktop.ui.look.theme import SPACE, WIDTH_FORM
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.firm import grant_template as grants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Delegation, Firm
    from comptexpert_desktop.domain.firm import Template
    from comptexpert_desktop.domain.session import Account, Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Stores


class _Words(NamedTuple):
    """What the form is called on each side."""

    title: str
    intro: str
    reason: str
    end: str
    end_hint: str
    submit: str


_ASKS = _Words(
    title="Demander une délégation",
    intro="Une délégation porte sur un service, certains de ses droits et un cabinet. "
    "L’expert-comptable désigné l’accorde ou la refuse.",
    reason="&Motif",
    end="&Date de fin souhaitée",
    end_hint="L’expert-comptable peut en choisir une plus proche.",
    submit="Envoyer la demande",
)
_GRANTS = _Words(
    title="Accorder une délégation",
    intro="Sans demande préalable. La personne en est informée par courriel. "
    "Sans compte, elle est invitée, et les droits attendent son activation.",
    reason="&Motif (facultatif)",
    end="&Date de fin",
    end_hint="Une délégation a toujours une fin.",
    submit="Accorder",
)


class RequestForm(Page):
    """The form of one who asks, or of one who grants; what it says leaves through the outbox."""

    keeps_entries = False

    asked = Signal()
    """The request was kept on this machine."""
    left = Signal()
    """The person goes back without asking."""

    def __init__(
        self,
        tasks: Tasks,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        grants: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._words = _GRANTS if grants else _ASKS
        super().__init__(self._words.title, self._words.intro, width=WIDTH_FORM, parent=parent)
        self._tasks, self._clock, self._new_id, self._grants = tasks, clock, new_id, grants
        self._today: Callable[[], date] = lambda: day_in_france(clock())
        self.labels = Labels()
        self._account: Account | None = None
        self._pages = FirmPages(tasks, clock=clock)
        self.banner = Banner(name="requestBanner")
        self.choice = RightsChoice(grants=grants)
        self.more = MoreRights()
        self.every_firm = Check("Dans tous mes cabinets")
        self.every_firm.setObjectName("everyFirmBox")
        self.templates = TemplateChoice()
        self.grantor = GrantorField(tasks)
        self._grantee_field = GranteeField(tasks)
        self.grantee = self._grantee_field.edit
        self._pane = GrantPane(tasks, clock=clock, read=lambda: _single_grant(self) if grants else None)
        self.firm = Choice()
        self._firm_field = Field("&Cabinet", self.firm, name="firmBox")
        self.first = StartDay(self._today())
        self.end = EndDateBox()
        self._reason_field = ReasonField(self._words.reason, is_needed=not grants)
        self.reason = self._reason_field.edit
        self._end_field = Field(self._words.end, self.end, hint=self._words.end_hint)
        self.submit = primary(self._words.submit, name="sendRequestButton", icon="outbox")
        self.setObjectName("grantForm" if grants else "requestForm")
        other = self._grantee_field if grants else self.grantor
        last = (self._firm_field, self.every_firm, self._reason_field, self.first, self._end_field)
        pane = (self._pane,) if grants else ()
        _build(self, (self.templates, self.choice, self.more, other, *last, *pane))
        self._offer_firms(())
        self._connect()

    def _connect(self) -> None:
        self.grantor.firms_known.connect(self._offer_firms)
        self.grantee.textEdited.connect(self._grantee_field.clear_error)
        self.choice.changed.connect(self._offer_dates)
        self.first.changed.connect(self._offer_dates)
        self.templates.changed.connect(self._offer_dates)
        self.firm.currentIndexChanged.connect(self._read_templates)
        self.submit.clicked.connect(self._submit)
        self.grantee.editingFinished.connect(self._pane.look)
        self.every_firm.toggled.connect(self._pane.look)

    def offer(self, me: Me, *, catalogue: Catalogue | None) -> None:
        """Offer what this person may ask for; what was already filled in stays."""
        self.labels = Labels(catalogue)
        self.choice.offer(catalogue, account=me.account)
        if not self._grants:
            self.more.offer(catalogue, account=me.account)
            self.grantor.offer(labels=self.labels)
        if self._grants:
            self._account = me.account
            self._offer_firms(tuple(firm for firm in me.firms if firm.role != "staff"))
            self._pane.set_labels(self.labels)
            self._read_templates()
        self._offer_dates()

    def start(self, *, service: str = "") -> None:
        """Begin a request, for a service when one is known."""
        self.banner.clear()
        if service:
            self.choice.choose(service)
        self._ask_firm()
        self.choice.services.setFocus()

    def start_again(self, before: Delegation) -> None:
        """Begin a request that says what an earlier one said; the person reads it over, then sends it."""
        self.start(service=before.service)
        self.choice.tick(before.rights)
        self.reason.setPlainText(before.reason)
        grantor = before.grantor
        if grantor.entry_id:
            self.grantor.choose(entry_of(grantor))
        asked = wording.day(wording.local_day(before.requested_at))
        self.banner.show_message(f"Votre demande du {asked} est reprise ici. Relisez-la, puis envoyez-la.", tone="info")
        self.submit.setFocus()

    def clear(self) -> None:
        """Empty the form: the request was kept, or another person sits here."""
        self._clear_errors()
        self.choice.clear()
        self.more.clear()
        self.every_firm.setChecked(False)
        self.templates.clear()
        self.grantor.clear()
        self.grantee.clear()
        self.reason.clear()
        self.first.clear()

    def request(self) -> NewRequest:
        """Return what the form says."""
        entry = self.grantor.entry()
        return NewRequest(
            service=self.choice.service(),
            rights=self.choice.rights(),
            grantor_entry_id=entry.entry_id if entry else "",
            grantor_name=f"{entry.given_name} {entry.surname.upper()}".strip() if entry else "",
            firm_id=str(self.firm.value() or ""),
            reason=self._reason_field.text(),
            valid_from=self.first.day(),
            valid_until=self.end.chosen(),
            grantee=self._grantee_field.name() if self._grants else "",
        )

    def firm_ids(self) -> tuple[str, ...]:
        """Return the cabinets that the form is about."""
        if self.every_firm.isChecked() and not self.every_firm.isHidden():
            return tuple(str(self.firm.itemData(row)) for row in range(self.firm.count()))
        return (str(self.firm.value() or ""),)

    def _read_templates(self) -> None:
        """Read the templates of the chosen firm, as this machine knows them."""
        if self._grants and (firm_id := str(self.firm.value() or "")):
            work = partial(_templates, firm_id=firm_id)
            self._tasks.read(self, work, self._offer_templates, channel="grant-templates")
            self._grantee_field.offer(firm_id=firm_id, labels=self.labels)

    def _ask_firm(self) -> None:
        """Ask the server for the templates of the firm: they may have changed."""
        firm_id = str(self.firm.value() or "")
        if self._grants and self._account is not None and firm_id:
            account_id = self._account.account_id
            self._pages.ask(self, firm_id=firm_id, account_id=account_id, done=lambda _page: self._read_templates())

    def _offer_templates(self, found: tuple[Template, ...]) -> None:
        if self._account is not None:
            self.templates.offer(found, labels=self.labels, account=self._account)
        self.templates.setVisible(bool(found))
        if found and self.choice.services.hasFocus():  # the form begins with them
            self.templates.box.setFocus()

    def _offer_firms(self, firms: tuple[Firm, ...]) -> None:
        """Ask for the cabinet only when the expert-comptable has several; a choice already made is kept."""
        choices = [(firm.name, firm.id) for firm in firms] or [("Celui de l’expert-comptable", "")]
        self.firm.offer(choices)
        self._firm_field.setVisible(len(firms) > 1)
        self.every_firm.setVisible(self._grants and len(firms) > 1)

    def _submit(self) -> None:
        self._clear_errors()
        if self._reason_field.is_too_long():
            self._show_problem("reason", f"Le motif compte {MAX_REASON} caractères au plus.")
            return
        if self._grants and not self.grantee.text().strip():
            self._show_problem("grantee", messages.for_field("FIELD_REQUIRED"))
            return
        if self.first.is_wrong():
            self.first.focus_input()
            return
        template = self.templates.template()
        requested = requests_of(self, start=self.first.day() or self._today())
        held = self._grantee_field.held_rights()
        check = grant_check(requested, held=held, labels=self.labels) if self._grants and requested else None
        if not requested:
            self.banner.show_message("Cochez au moins un service de ce modèle.", tone="danger")
        elif template is None and len(requested) == 1 and check is None:
            self._keep(partial(delegations.ask, request=requested[0], now=self._clock(), new_id=self._new_id()))
        else:
            ids = [self._new_id() for _ in range(len(requested) + 1)]
            keep = partial(grants.keep, requested=requested, now=self._clock(), new_ids=ids)
            if self._grants:
                pane = EffectsPane(self._tasks, clock=self._clock, labels=self.labels)
                name = template.name if template else ""
                _sum_up(self, requested, template=name, check=check, pane=pane, done=partial(self._keep, keep))
            else:
                self._keep(keep)

    def _keep(self, work: Callable[[Stores], Topics]) -> None:
        self.submit.setEnabled(False)
        self._tasks.write(self, work, self._on_kept, failed=self._show_error)

    def _on_kept(self) -> None:
        self.submit.setEnabled(True)
        self.clear()
        self.asked.emit()

    def _show_error(self, error: ComptexpertError) -> None:
        self.submit.setEnabled(True)
        if not isinstance(error, InvalidInput):
            self.banner.show_error(error)
            return
        for field, code in reversed(error.problems):
            self._show_problem(field, messages.for_field(code))

    def _show_problem(self, field: str, text: str) -> None:
        fields = {"grantor": self.grantor.field, "reason": self._reason_field, "service": self.choice.service_field}
        fields |= {"valid_from": self.first}
        fields |= {"grantee": self._grantee_field, "valid_until": self._end_field, "firm": self._firm_field}
        if field == "rights":
            self.choice.set_error(text)
            self.choice.focus_rights()
        elif field in fields:
            fields[field].set_error(text)
            fields[field].focus_input()
        else:
            self.banner.show_message(text, tone="danger")

    def _clear_errors(self) -> None:
        self.banner.clear()
        self.choice.set_error("")
        for field in (self.grantor.field, self._grantee_field, self._reason_field, self._end_field, self._firm_field):
            field.clear_error()

    def _offer_dates(self) -> None:
        """Offer what the rights allow; a template names its own rights."""
        self.choice.setVisible(self.templates.template() is None)
        self.more.leave_out(self.choice.service())
        labels = self.labels
        if self.templates.template() is not None:
            days = self.templates.max_days()
        else:
            days = end_dates.max_days(labels, service=self.choice.service(), rights=self.choice.rights())
        self.first.set_today(self._today())
        self.end.offer_dates(start=self.first.day() or self._today(), max_days=days)
        self._pane.look()


_COPIED = (
    f"Ses droits d’aujourd’hui dans ce cabinet. Avec {wording.quoted('Dans tous mes cabinets')}, ils sont accordés "
    "dans chacun."
)


def _templates(stores: Stores, *, firm_id: str) -> tuple[Template, ...]:
    """List the templates of a firm, then what each colleague may do there."""
    copied = grants.colleagues(stores, firm_id=firm_id)
    return (
        *grants.templates(stores, firm_id=firm_id),
        *(replace(one, name=f"Comme {one.name}", description=_COPIED) for one in copied),
    )


def _single_grant(form: RequestForm) -> NewRequest | None:
    """Return the one grant of a form; None for a template or for several cabinets: they have their own question."""
    is_one = form.templates.template() is None and len(form.firm_ids()) == 1
    return form.request() if is_one else None


def _sum_up(
    form: RequestForm,
    requested: tuple[NewRequest, ...],
    *,
    template: str,
    check: GrantCheck | None,
    pane: EffectsPane,
    done: Callable[[], None],
) -> None:
    """Ask for the last word on several grants; the pane says what they would change."""
    labels = form.labels
    firms = {form.firm.itemData(row): form.firm.itemText(row) for row in range(form.firm.count())}
    dialog = ask_summary(
        form,
        requested=requested,
        template=template,
        labels=labels,
        firms=firms if len(form.firm_ids()) > 1 else {},
        check=check,
        done=done,
    )
    given = [ask_or_grant(one) for one in requested]
    follow_question(pane, dialog, gestures=lambda: given, people=[requested[0].grantee])


def _build(form: RequestForm, parts: Iterable[QWidget]) -> None:
    card = Card()
    form.templates.setVisible(False)
    for part in parts:
        card.add(part)
    back = secondary("Annuler", name="cancelRequestButton")
    back.clicked.connect(form.left)
    form.body.addWidget(form.banner)
    form.body.addWidget(card)
    form.body.addLayout(WrappingRow(spacing=SPACE * 2, ends=(back, form.submit)))
    form.body.addStretch(1)
