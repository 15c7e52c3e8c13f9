"""The cabinet of a collaborateur, the expert-comptable, and a first delegation request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.session import Account
from comptexpert_desktop.domain.signup import FirstRequest
from comptexpert_desktop.ui.delegations.rights_choice import RightsChoice
from comptexpert_desktop.ui.registry.name_search import NameSearch
from comptexpert_desktop.ui.signup.step import Step
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.typeahead_edit import TypeaheadEdit
from comptexpert_desktop.usecases import catalogue

if TYPE_CHECKING:
    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.registry import RegistryEntry
    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.errors import ComptexpertError, Problem
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper

_STAFF = Account(
    account_id="",
    login_id="",
    given_name="",
    surname="",
    profile=Profile.OTHER.value,
    kind=OtherKind.FIRM_STAFF.value,
    may_grant=False,
)


class FirmStep(Step):
    """Everything here is optional; a request that is begun must be complete."""

    def __init__(self, keeper: DraftKeeper, tasks: Tasks) -> None:
        super().__init__(
            keeper,
            title="Votre cabinet",
            intro="Ces informations sont facultatives. Elles permettent de préparer dès maintenant votre première "
            "demande de délégation : elle partira d’elle-même après l’activation de votre compte.",
        )
        self._tasks = tasks
        self.firm = QLineEdit(maxLength=150)
        self.name = TypeaheadEdit(edit_name="grantorEdit", list_name="grantorSuggestions")
        self.search = NameSearch(self.name, tasks, channel="signup-grantor")
        self.request_box = Check("&Préparer une première demande de délégation")
        self.request_box.setObjectName("firstRequestBox")
        self.rights = RightsChoice()
        self.reason = QPlainTextEdit()
        self.request = Card("Première demande")
        self._build()
        self._connect()

    def show_draft(self, draft: SignupDraft) -> None:
        """Show the cabinet, the expert-comptable and the request of the draft."""
        self.search.use_grantors()
        self.search.show(draft.grantor)
        self.firm.setText(draft.firm_hint)
        request = draft.first_requests[0] if draft.first_requests else None
        self.request_box.setChecked(request is not None)
        self.request.setVisible(request is not None)
        if request is not None and self.reason.toPlainText().strip() != request.reason:
            self.reason.setPlainText(request.reason)
        self._tasks.read(self, catalogue.current, self._offer, failed=self._no_catalogue)

    def field_of(self, problem: Problem) -> str:
        """Show each part of the request on its own row."""
        if problem.field != "first_requests":
            return "grantor" if problem.field == "grantor_entry_id" else problem.field
        return "reason" if problem.code == "REASON_TOO_SHORT" else "rights"

    def sentence(self, problem: Problem) -> str:
        """Say why the expert-comptable is needed."""
        if problem.field == "grantor":
            return "Choisissez dans la liste l’expert-comptable à qui la demande s’adresse."
        if problem.field == "first_requests" and problem.code == "FIELD_REQUIRED":
            return "Choisissez un service et au moins un droit."
        return super().sentence(problem)

    def _offer(self, current: Catalogue | None) -> None:
        self.rights.offer(current, account=_STAFF)
        requests = self.keeper.draft.first_requests
        if requests and requests[0].service:
            self.rights.choose(requests[0].service)
            for box in self.rights.findChildren(Check):
                box.setChecked(box.objectName().removeprefix("ask-") in requests[0].rights)

    def _no_catalogue(self, _error: ComptexpertError) -> None:
        self.rights.offer(None, account=_STAFF)

    def _chose_grantor(self, entry: RegistryEntry) -> None:
        self.fields["grantor"].clear_error()
        self.keeper.change(grantor=entry)

    def _toggled(self, *, request_box: bool) -> None:
        self.request.setVisible(request_box)
        self._changed()

    def _changed(self) -> None:
        for name in ("rights", "reason"):
            self.fields[name].clear_error()
        if not self.request_box.isChecked():
            self.keeper.change(first_requests=())
            return
        request = FirstRequest(
            service=self.rights.service(), rights=self.rights.rights(), reason=self.reason.toPlainText().strip()
        )
        self.keeper.change(first_requests=(request,))

    def _build(self) -> None:
        self.fields["firm_hint"] = Field("Nom du &cabinet", self.firm, name="firmEdit")
        self.fields["grantor"] = Field(
            "&Expert-comptable", self.name, hint="Saisissez son nom, puis choisissez-le dans la liste."
        )
        self.fields["rights"] = Field("", _column(self.rights))
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(84)
        self.fields["reason"] = Field(
            "&Motif", self.reason, hint="Au moins 10\u00a0caractères. L’expert-comptable le lira.", name="reasonEdit"
        )
        self.request.add(self.fields["rights"])
        self.request.add(self.fields["reason"])
        self.body.addWidget(self.fields["firm_hint"])
        self.body.addWidget(self.fields["grantor"])
        self.body.addWidget(self.request_box)
        self.body.addWidget(self.request)

    def _connect(self) -> None:
        self.firm.textEdited.connect(lambda text: self.keeper.change(firm_hint=text.strip()))
        self.search.chosen.connect(self._chose_grantor)
        self.search.cleared.connect(lambda: self.keeper.change(grantor=None))
        self.request_box.clicked.connect(lambda: self._toggled(request_box=self.request_box.isChecked()))
        self.rights.changed.connect(self._rights_changed)
        self.reason.textChanged.connect(self._reason_changed)

    def _rights_changed(self) -> None:
        if self.request_box.isChecked() and self.rights.services.count():
            self._changed()

    def _reason_changed(self) -> None:
        if self.request_box.isChecked():
            self._changed()


def _column(widget: QWidget) -> QWidget:
    """Wrap a group so that its row's name does not replace those of its inputs."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    return box
