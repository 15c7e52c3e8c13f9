"""Ask for the last word before an absence is declared, covered, refused or ended (BR-24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain import firm_rules
from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.firm import words
from comptexpert_desktop.ui.firm.absence_dialog import AbsenceDialog
from comptexpert_desktop.ui.firm.gestures import Gestures
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.ui.wording import of
from comptexpert_desktop.usecases import firm

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.firm import Absence
    from comptexpert_desktop.ui.firm.absence_dialog import Wanted


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
            starts_on=firm_rules.first_day(today=view.today, asks=False),
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
            starts_on=firm_rules.first_day(today=view.today, asks=True),
        )
        self._open_absence(dialog, self._ask)

    def _open_absence(self, dialog: AbsenceDialog, done: Callable[[Wanted], None]) -> None:
        def take() -> None:
            wanted = dialog.wanted()
            if wanted is not None:
                done(wanted)

        dialog.accepted.connect(take)
        dialog.open()

    def _declare(self, wanted: Wanted) -> None:
        self.send(
            lambda page, key: firm.name_cover(
                page, cover=wanted.other, ends_on=wanted.ends_on, reason=wanted.reason, key=key
            ),
            title=f"Déclarer votre absence, {wanted.other_name} décide",
            done=f"{wanted.other_name} décide à votre place jusqu’au {wording.day(wanted.ends_on)} inclus.",
        )

    def _ask(self, wanted: Wanted) -> None:
        self.send(
            lambda page, key: firm.ask_to_cover(
                page, absent=wanted.other, ends_on=wanted.ends_on, reason=wanted.reason, key=key
            ),
            title=f"Demander à suppléer {wanted.other_name}",
            done=f"La demande est faite. Sans opposition sous {words.WAIT}, vous déciderez en l’absence "
            f"{of(wanted.other_name)}.",
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
                lambda page, key: firm.object_to_absence(page, absence_id=absence.id, key=key),
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
                lambda page, key: firm.end_absence(page, absence_id=absence.id, key=key),
                title=f"Mettre fin à la suppléance {of(absence.absent.display_name)}",
                done="La suppléance a pris fin.",
            ),
        )
