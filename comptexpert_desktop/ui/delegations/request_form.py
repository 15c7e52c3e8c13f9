"""« Demander une délégation »: one service, some rights, one expert-comptable, a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from comptexpert_desktop.domain.delegation import NewRequest
from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.ui import messages, wording
from comptexpert_desktop.ui.delegations import end_dates
from comptexpert_desktop.ui.delegations.end_dates import EndDateBox
from comptexpert_desktop.ui.delegations.firm_pages import FirmPages
from comptexpert_desktop.ui.delegations.grant_summary import ask_summary
from comptexpert_desktop.ui.delegations.grantor_field import GrantorField, entry_of
from comptexpert_desktop.ui.delegations.rights_choice import RightsChoice
from comptexpert_desktop.ui.delegations.template_choice import TemplateChoice
from comptexpert_desktop.ui.labels import Labels
from comptexpert_desktop.ui.theme import SPACE, WIDTH_FORM
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.usecases import delegations, grants

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Delegation, Firm
    from comptexpert_desktop.domain.firm import Template, TemplateGrant
    from comptexpert_desktop.domain.session import Account, Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Stores

SHORTEST_REASON = 10
LONGEST_REASON = 500


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
        self._catalogue: Catalogue | None = None
        self._account: Account | None = None
        self._pages = FirmPages(tasks, clock=clock)
        self.banner = Banner(name="requestBanner")
        self.choice = RightsChoice(grants=grants)
        self.templates = TemplateChoice()
        self.grantor = GrantorField(tasks)
        self.grantee = QLineEdit()
        self._grantee_field = Field(
            "&Identifiant ou adresse électronique",
            self.grantee,
            hint="De la personne qui reçoit les droits.",
            name="granteeEdit",
        )
        self.firm = QComboBox()
        self._firm_field = Field("&Cabinet", self.firm, name="firmBox")
        self.end = EndDateBox()
        self.reason = QPlainTextEdit()
        self._reason_field = Field(self._words.reason, self.reason, name="reasonEdit")
        self._end_field = Field(self._words.end, self.end, hint=self._words.end_hint)
        self.submit = primary(self._words.submit, name="sendRequestButton", icon="outbox")
        self._build()
        self._offer_firms(())
        self._connect()
        self._count_reason()

    def _connect(self) -> None:
        self.grantor.firms_known.connect(self._offer_firms)
        self.grantee.textEdited.connect(self._grantee_field.clear_error)
        self.choice.changed.connect(self._offer_dates)
        self.templates.changed.connect(self._on_template)
        self.firm.currentIndexChanged.connect(self._read_templates)
        self.reason.textChanged.connect(self._count_reason)
        self.submit.clicked.connect(self._submit)

    def offer(self, me: Me, *, catalogue: Catalogue | None) -> None:
        """Offer what this person may ask for; what was already filled in stays."""
        self._catalogue = catalogue
        self.choice.offer(catalogue, account=me.account)
        if self._grants:
            self._account = me.account
            self._offer_firms(tuple(firm for firm in me.firms if firm.role != "staff"))
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
        self.templates.clear()
        self.grantor.clear()
        self.grantee.clear()
        self.reason.clear()

    def request(self) -> NewRequest:
        """Return what the form says."""
        entry = self.grantor.entry()
        return NewRequest(
            service=self.choice.service(),
            rights=self.choice.rights(),
            grantor_entry_id=entry.entry_id if entry else "",
            grantor_name=f"{entry.given_name} {entry.surname.upper()}".strip() if entry else "",
            firm_id=str(self.firm.currentData() or ""),
            reason=self.reason.toPlainText().strip(),
            valid_until=self.end.chosen(),
            grantee=self.grantee.text().strip() if self._grants else "",
        )

    def requests(self) -> tuple[NewRequest, ...]:
        """Return one grant a ticked line of the template, each as long as its rights allow."""
        start, asked, labels = self._today(), self.end.chosen(), Labels(self._catalogue)

        def until(grant: TemplateGrant) -> date:
            longest = start + timedelta(days=end_dates.longest(labels, service=grant.service, rights=grant.rights))
            return min(asked or longest, longest)

        return tuple(
            replace(self.request(), service=grant.service, rights=grant.rights, valid_until=until(grant))
            for grant in self.templates.grants()
        )

    def _read_templates(self) -> None:
        """Read the templates of the chosen firm, as this machine knows them."""
        if self._grants and (firm_id := str(self.firm.currentData() or "")):
            work = partial(grants.templates, firm_id=firm_id)
            self._tasks.read(self, work, self._offer_templates, channel="grant-templates")

    def _ask_firm(self) -> None:
        """Ask the server for the templates of the firm: they may have changed."""
        firm_id = str(self.firm.currentData() or "")
        if self._grants and self._account is not None and firm_id:
            account_id = self._account.account_id
            self._pages.ask(self, firm_id=firm_id, account_id=account_id, done=lambda _page: self._read_templates())

    def _offer_templates(self, found: tuple[Template, ...]) -> None:
        if self._account is not None:
            self.templates.offer(found, labels=Labels(self._catalogue), account=self._account)
        self.templates.setVisible(bool(found))

    def _on_template(self) -> None:
        self.choice.setVisible(self.templates.template() is None)
        self._offer_dates()

    def _offer_firms(self, firms: tuple[Firm, ...]) -> None:
        """Ask for the cabinet only when the expert-comptable has several; a choice already made is kept."""
        kept = self.firm.currentData()
        self.firm.clear()
        if not firms:
            self.firm.addItem("Celui de l’expert-comptable", "")
        for firm in firms:
            self.firm.addItem(firm.name, firm.id)
        self.firm.setCurrentIndex(max(self.firm.findData(kept), 0))
        self._firm_field.setVisible(len(firms) > 1)

    def _submit(self) -> None:
        self._clear_errors()
        if len(self.reason.toPlainText().strip()) > LONGEST_REASON:
            self._show_problem("reason", f"Le motif compte {LONGEST_REASON} caractères au plus.")
            return
        if self._grants and not self.grantee.text().strip():
            self._show_problem("grantee", messages.for_field("FIELD_REQUIRED"))
            return
        template = self.templates.template()
        if template is not None:
            self._sum_up(template)
            return
        self._keep(partial(delegations.ask, request=self.request(), now=self._clock(), new_id=self._new_id()))

    def _sum_up(self, template: Template) -> None:
        wanted = self.requests()
        if not wanted:
            self.banner.show_message("Cochez au moins un service de ce modèle.", tone="danger")
            return
        ids = [self._new_id() for _ in range(len(wanted) + 1)]
        keep = partial(grants.keep, wanted=wanted, now=self._clock(), new_ids=ids)
        labels = Labels(self._catalogue)
        ask_summary(self, wanted=wanted, template=template.name, labels=labels, done=partial(self._keep, keep))

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
            message = messages.for_error(error)
            self.banner.show_message(message.body, title=message.title, tone=message.tone)
            return
        for field, code in reversed(error.problems):
            self._show_problem(field, messages.for_field(code))

    def _show_problem(self, field: str, text: str) -> None:
        fields = {"grantor": self.grantor.field, "reason": self._reason_field, "service": self.choice.service_field}
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
        labels = Labels(self._catalogue)
        if self.templates.template() is not None:
            days = self.templates.longest()
        else:
            days = end_dates.longest(labels, service=self.choice.service(), rights=self.choice.rights())
        self.end.offer(start=self._today(), max_days=days)

    def _count_reason(self) -> None:
        length = len(self.reason.toPlainText().strip())
        if length < SHORTEST_REASON and not self._grants:
            hint = f"{wording.count(length, 'caractère')} sur {SHORTEST_REASON} au moins."
        else:
            hint = f"{wording.count(length, 'caractère')} sur {LONGEST_REASON} au plus."
            self._reason_field.clear_error()
        self._reason_field.set_hint(hint)

    def _today(self) -> date:
        return wording.local_day(self._clock())

    def _build(self) -> None:
        self.setObjectName("grantForm" if self._grants else "requestForm")
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(SPACE * 24)
        card = Card()
        self.templates.setVisible(False)
        for part in (
            self.templates,
            self.choice,
            self._grantee_field if self._grants else self.grantor,
            self._firm_field,
            self._reason_field,
            self._end_field,
        ):
            card.add(part)
        buttons = QHBoxLayout()
        back = secondary("Annuler", name="cancelRequestButton")
        back.clicked.connect(self.left)
        buttons.addStretch(1)
        buttons.addWidget(back)
        buttons.addWidget(self.submit)
        self.body.addWidget(self.banner)
        self.body.addWidget(card)
        self.body.addLayout(buttons)
        self.body.addStretch(1)
