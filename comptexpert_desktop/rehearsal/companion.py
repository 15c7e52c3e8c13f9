"""The window beside the demo: the fictitious people one may play, and the mails that they receive."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.rehearsal.embedded import EmbeddedServer
    from comptexpert_desktop.rehearsal.mailbox import Mail, Mailbox
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.widgets.links import Links

EVERY_MS = 1500
SHOWN_MAILS = 8
SIZE = (460, 780)
GAP = 8

ROLES = {
    "ec": "Experte-comptable, déjà inscrite",
    "staff": "Collaboratrice du cabinet, déjà inscrite",
    "signup_ok": "Experte-comptable sans compte\u00a0: l’inscription réussit",
    "signup_no_email": "Sans adresse connue de l’Ordre\u00a0: l’inscription est refusée",
    "homonym_a": "Une homonyme parmi les Martin",
}


class Companion(QWidget):
    """Starts the embedded server in the background, then shows its people and its mails, the newest first."""

    ready = Signal()
    """The embedded server answers."""

    def __init__(self, *, server: EmbeddedServer, mailbox: Mailbox, tasks: Tasks, links: Links) -> None:
        super().__init__()
        self._server, self._mailbox, self._tasks, self._links = server, mailbox, tasks, links
        self._shown: tuple[Mail, ...] = ()
        self.setWindowTitle("Comptexpert – répétition")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)  # the rehearsal ends with the main window
        self.resize(*SIZE)
        self._people = Card("Personnes fictives")
        self._people.add(PlainLabel("Le serveur de répétition démarre…", role="muted"))
        self._mails = QVBoxLayout()
        self._no_mail = PlainLabel("Aucun courriel pour l’instant.", role="muted")
        page = Page(
            "Répétition",
            "Tout se passe sur ce poste\u00a0: annuaire fictif, serveur et courriels. Rien ne part ailleurs.",
            width=theme.WIDTH_READING,
        )
        page.body.addWidget(self._people)
        mails = Card("Courriels reçus")
        mails.add(self._no_mail)
        mails.add(self._mails)
        page.body.addWidget(mails)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(page)
        theme.dress(self)
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._read)

    def stand_beside(self, window: QWidget) -> None:
        """Put both windows next to each other on the screen of the first, which gives room if it must."""
        frame = window.frameGeometry().size() - window.size()
        main, own = side_by_side(
            window.screen().availableGeometry(),
            main=window.size(),
            own=self.size(),
            minimum=window.minimumSize(),
            frame=frame,
        )
        window.setGeometry(main)
        self.setGeometry(own)

    def start(self) -> None:
        """Start the server, show its people once it answers, then look for mails."""
        self._tasks.call(self, lambda _gateways: _start(self._server), self._show_people, failed=self._show_failure)

    def _read(self) -> None:
        self._tasks.call(self, lambda _gateways: self._mailbox.mails(), self._show_mails, channel="rehearsal-mails")

    def _show_failure(self, _error: ComptexpertError) -> None:
        self._clear_people()
        self._people.add(PlainLabel("Le serveur de répétition n’a pas démarré. Fermez, puis relancez.", role="strong"))

    def _show_people(self, people: list[dict[str, Any]]) -> None:
        self.ready.emit()
        self._timer.start()
        self._clear_people()
        for person in people:
            role = ROLES.get(person["case"])
            if role is None:
                continue
            self._people.add(PlainLabel(f"{person['given_name']} {person['surname'].upper()}", role="strong"))
            self._people.add(PlainLabel(_facts(person, role=role), role="muted"))

    def _clear_people(self) -> None:
        while (item := self._people.body.takeAt(1)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()

    def _show_mails(self, mails: tuple[Mail, ...]) -> None:
        if mails == self._shown:
            return
        for mail in mails[len(self._shown) :]:
            self._mails.insertWidget(0, self._card(mail))
        while self._mails.count() > SHOWN_MAILS:
            item = self._mails.takeAt(self._mails.count() - 1)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self._shown = mails
        self._no_mail.setVisible(not mails)

    def _card(self, mail: Mail) -> QWidget:
        card = Card()
        card.add(PlainLabel(mail.subject, role="strong"))
        card.add(PlainLabel(f"à {mail.to}", role="muted"))
        row = QHBoxLayout()
        for link in mail.links:
            if self._links.is_allowed(link):
                button = secondary("Ouvrir le lien")
                button.setAccessibleName(f"Ouvrir le lien du courriel «\u00a0{mail.subject}\u00a0»")
                button.clicked.connect(partial(self._links.open, link))
                row.addWidget(button)
        row.addStretch(1)
        card.add(row)
        return card


def side_by_side(screen: QRect, *, main: QSize, own: QSize, minimum: QSize, frame: QSize) -> tuple[QRect, QRect]:
    """Return where the main window and its companion stand: apart, unless the screen is too narrow for both."""
    width = min(main.width(), max(minimum.width(), screen.width() - own.width() - 2 * frame.width() - GAP))
    height = min(main.height(), screen.height() - frame.height())
    left = screen.left() + max(0, (screen.width() - width - own.width() - 2 * frame.width() - GAP) // 2)
    top = screen.top() + (screen.height() - height - frame.height()) // 2 + frame.height()
    beside = min(left + width + frame.width() + GAP, screen.right() + 1 - own.width() - frame.width())
    return QRect(left, top, width, height), QRect(beside, top, own.width(), min(own.height(), height))


def _start(server: EmbeddedServer) -> list[dict[str, Any]]:
    server.prepare()
    server.start()
    server.wait_until_ready()
    return server.people()


def _facts(person: dict[str, Any], *, role: str) -> str:
    lines = [role]
    if person["login_id"]:
        lines += [f"Identifiant : {person['login_id']}", f"Mot de passe : {person['password']}"]
    if person["date_of_birth"] and not person["login_id"]:
        year, month, day = person["date_of_birth"].split("-")
        lines.append(f"Date de naissance : {day}/{month}/{year}")
    return "\n".join(lines)
