"""Choose the identifiant, twice, because it is final; and the e-mail for those whom no registry knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from comptexpert_desktop.domain import name_search, signup_rules
from comptexpert_desktop.domain.profile import Flow, flow_of
from comptexpert_desktop.ui.signup.step import Step
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.errors import Problem
    from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper

FORM_HINT = "6 à 32\u00a0caractères : minuscules sans accent, chiffres, point, tiret. Il commence par une lettre."
FINAL = (
    "Vous pourrez encore le corriger sur la page d’activation, avant de choisir votre mot de passe. "
    "Ensuite, il ne change jamais. Sa disponibilité sera vérifiée à l’envoi."
)


class LoginStep(Step):
    """E-mail for flow C, identifiant twice, two alternates folded away."""

    def __init__(self, keeper: DraftKeeper) -> None:
        super().__init__(
            keeper,
            title="Votre identifiant",
            intro="Il vous servira à vous connecter à tous les services de l’Ordre.",
        )
        self.email = QLineEdit(maxLength=254)
        self.login, self.again = QLineEdit(maxLength=32), QLineEdit(maxLength=32)
        self.alternates = (QLineEdit(maxLength=32), QLineEdit(maxLength=32))
        self.suggestion = quiet("", name="loginSuggestionButton", icon="plus")
        self.unfold = quiet("Prévoir un identifiant de rechange", name="alternatesButton", icon="chevron-down")
        self.final = Banner(name="finalWarning")
        self._build()
        self._connect()

    def show_draft(self, draft: SignupDraft) -> None:
        """Show the e-mail and the identifiants of the draft."""
        self.fields["email"].setVisible(not _is_registry(draft))
        _show(self.email, draft.email)
        _show(self.login, draft.login_id)
        _show(self.again, draft.login_id_again)
        for edit, text in zip(self.alternates, (*draft.alternates, "", ""), strict=False):
            _show(edit, text)
        self._unfold(shown=any(draft.alternates))
        self._suggest(draft)

    def first_input(self) -> QWidget | None:
        """Start with the e-mail when it is asked."""
        return self.login if self.fields["email"].isHidden() else self.email

    def sentence(self, problem: Problem) -> str:
        """Say which of the fields is empty."""
        if problem.code == "FIELD_REQUIRED":
            return "Saisissez votre adresse électronique." if problem.field == "email" else "Choisissez un identifiant."
        return super().sentence(problem)

    def _suggest(self, draft: SignupDraft) -> None:
        given, surname = draft.given_name, draft.surname
        if draft.entry is not None:
            given, surname = draft.entry.given_name, draft.entry.surname
        words = [part for part in ("".join(name_search.fold(given)), "".join(name_search.fold(surname))) if part]
        offered = ".".join(words)[:32].rstrip(".")
        useful = len(words) > 1 and signup_rules.is_login_id(offered) and not draft.login_id
        self.suggestion.setText(f"Utiliser {offered}")
        self.suggestion.setProperty("offered", offered)
        self.suggestion.setVisible(useful)

    def _take_suggestion(self) -> None:
        self.login.setText(str(self.suggestion.property("offered")))
        self._typed_login()
        self.again.setFocus()

    def _typed_login(self) -> None:
        self.fields["login_id"].clear_error()
        self.fields["login_id_again"].clear_error()
        self.keeper.change(login_id=_clean(self.login), login_id_again=_clean(self.again))
        self._suggest(self.keeper.draft)

    def _left_login(self) -> None:
        typed = _clean(self.login)
        if typed and not signup_rules.is_login_id(typed):
            self.fields["login_id"].set_error(self.sentence_for("ID_INVALID"))

    def sentence_for(self, code: str) -> str:
        """Word a code for the identifiant."""
        return FORM_HINT if code == "ID_INVALID" else ""

    def _typed_email(self, text: str) -> None:
        self.fields["email"].clear_error()
        self.keeper.change(email=text.strip())

    def _typed_alternate(self) -> None:
        self.fields["alternates"].clear_error()
        self.keeper.change(alternates=tuple(text for edit in self.alternates if (text := _clean(edit))))

    def _unfold(self, *, shown: bool) -> None:
        self.fields["alternates"].setVisible(shown)
        self.fields["alternates2"].setVisible(shown)
        self.unfold.setVisible(not shown)

    def _open_alternates(self) -> None:
        self._unfold(shown=True)
        self.alternates[0].setFocus()

    def _build(self) -> None:
        self.fields["email"] = Field(
            "Adresse é&lectronique", self.email, hint="Le lien d’activation y sera envoyé.", name="emailEdit"
        )
        self.fields["login_id"] = Field("&Identifiant", self.login, hint=FORM_HINT, name="loginIdEdit")
        self.fields["login_id_again"] = Field(
            "&Confirmez l’identifiant", self.again, hint="Saisissez-le une seconde fois.", name="loginIdAgainEdit"
        )
        self.fields["alternates"] = Field(
            "Premier identifiant de &rechange",
            self.alternates[0],
            hint="Utilisé si le vôtre est déjà pris au moment de l’envoi.",
            name="alternateEdit1",
        )
        self.fields["alternates2"] = Field("&Second identifiant de rechange", self.alternates[1], name="alternateEdit2")
        self.body.addWidget(self.fields["email"])
        self.body.addWidget(self.fields["login_id"])
        self.body.addWidget(self.suggestion, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.fields["login_id_again"])
        self.body.addWidget(self.final)
        self.final.show_message(FINAL, tone="warning", title="Votre identifiant devient définitif à l’activation")
        self.body.addWidget(self.unfold, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.fields["alternates"])
        self.body.addWidget(self.fields["alternates2"])

    def _connect(self) -> None:
        self.email.textEdited.connect(self._typed_email)
        self.login.textEdited.connect(self._typed_login)
        self.login.editingFinished.connect(self._left_login)
        self.again.textEdited.connect(self._typed_login)
        self.suggestion.clicked.connect(self._take_suggestion)
        self.unfold.clicked.connect(self._open_alternates)
        for edit in self.alternates:
            edit.textEdited.connect(self._typed_alternate)


def _is_registry(draft: SignupDraft) -> bool:
    if draft.profile is None:
        return True
    flow = flow_of(draft.profile)
    return flow is Flow.REGISTRY or (flow is Flow.AGC_HEAD and draft.also_expert is not False)


def _clean(edit: QLineEdit) -> str:
    return edit.text().strip().lower()


def _show(edit: QLineEdit, text: str) -> None:
    if edit.text().strip().lower() != text.lower():
        edit.setText(text)
