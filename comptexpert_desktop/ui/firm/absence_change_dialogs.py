"""Ask for the last word before an absence is declared, covered, refused or ended (BR-24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain import firm_rules
from comptexpert_desktop.presentation.firm import words
from comptexpert_desktop.presentation.wording import of
from comptexpert_desktop.ui.firm.absence_dialog import AbsenceDialog
from comptexpert_desktop.ui.firm.change_flow import Gestures
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.usecases.firm import firm

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.firm import Absence
    from comptexpert_desktop.ui.firm.absence_dialog import RequestedAbsence


class AskingAbsences(Gestures):
    """The dialogs about who decides for whom."""

    def declare_absence(self) -> None:
        """Ask who decides in one's own absence."""
        view = self.shown
        dialog = AbsenceDialog(
            self.owner,
            title="Déclarer votre absence",
            text=words.NAMING_RULE,
            action="Déclarer",
            label="&Confrère qui décide",
            colleagues=firm_rules.covers_possible(view.page, account_id=view.account_id),
            earliest=firm_rules.first_day(today=view.today, asks=False),
        )
        self._open_absence(dialog, self._declare)

    def ask_cover(self) -> None:
        """Ask for whom one wants to decide."""
        view = self.shown
        dialog = AbsenceDialog(
            self.owner,
            title="Demander à suppléer un confrère",
            text=words.COVER_RULE,
            action="Demander",
            label="&Confrère absent",
            colleagues=firm_rules.absents_possible(view.page, account_id=view.account_id),
            earliest=firm_rules.first_day(today=view.today, asks=True),
        )
        self._open_absence(dialog, self._ask)

    def _open_absence(self, dialog: AbsenceDialog, done: Callable[[RequestedAbsence], None]) -> None:
        def take() -> None:
            requested = dialog.requested()
            if requested is not None:
                done(requested)

        dialog.accepted.connect(take)
        dialog.open()

    def _declare(self, requested: RequestedAbsence) -> None:
        self.send(
            lambda page: firm.name_cover(
                page,
                cover=requested.other,
                starts_on=requested.starts_on,
                ends_on=requested.ends_on,
                reason=requested.reason,
            ),
            title=f"Déclarer votre absence, {requested.other_name} décide",
            done=words.named(requested.other_name, starts_on=requested.starts_on, ends_on=requested.ends_on),
        )

    def _ask(self, requested: RequestedAbsence) -> None:
        self.send(
            lambda page: firm.ask_to_cover(
                page,
                absent=requested.other,
                starts_on=requested.starts_on,
                ends_on=requested.ends_on,
                reason=requested.reason,
            ),
            title=f"Demander à suppléer {requested.other_name}",
            done=f"La demande est faite. Sans opposition sous {words.WAIT}, vous déciderez en l’absence "
            f"{of(requested.other_name)}.",
        )

    def object_to(self, absence: Absence) -> None:
        """Ask before a cover is refused."""
        confirm(
            self.owner,
            title="Vous opposer à cette suppléance\u00a0?",
            text=f"{absence.cover.display_name} ne décidera pas en l’absence {of(absence.absent.display_name)}. Votre "
            "opposition est inscrite au registre.",
            action="M’y opposer",
            done=lambda: self.send(
                lambda page: firm.object_to_absence(page, absence_id=absence.id),
                title=f"Vous opposer à la suppléance assurée par {absence.cover.display_name}",
                done="Votre opposition est enregistrée. La suppléance n’aura pas lieu.",
            ),
        )

    def end_absence(self, absence: Absence) -> None:
        """Ask before a cover ends."""
        confirm(
            self.owner,
            title="Mettre fin à cette suppléance\u00a0?",
            text=f"{absence.cover.display_name} ne décidera plus en l’absence {of(absence.absent.display_name)}. Les "
            "décisions déjà prises restent.",
            action="Mettre fin",
            done=lambda: self.send(
                lambda page: firm.end_absence(page, absence_id=absence.id),
                title=f"Mettre fin à la suppléance {of(absence.absent.display_name)}",
                done="La suppléance a pris fin.",
            ),
        )
