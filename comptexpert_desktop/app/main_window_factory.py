"""What the window holds and how it speaks: everything that comes after its first frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.ui.widgets.links import Links
from comptexpert_desktop.ui.window.main_window import MainWindow
from comptexpert_desktop.ui.window.screens import specs

if TYPE_CHECKING:
    import uuid

    from PySide6.QtWidgets import QApplication

    from comptexpert_desktop.app import logs
    from comptexpert_desktop.app.application import RunningApp
    from comptexpert_desktop.app.logs import Log

if not TYPE_CHECKING:
    logs = lazy("comptexpert_desktop.app.logs")  # once the window stands whole: rotating files are slow to import
    uuid = lazy("uuid")  # at the first use: it asks the platform for a lot

SERVICE_HOSTS = (
    "annuaire-cabinets.example",
    "bibliobase.example",
    "bibliordre.example",
    "experts-comptables.fr",
    "jefacture.example",
    "jesignexpert.example",
    "network-experts-comptables.example",
    "portail-experts-comptables.example",
    "revue-francaise-comptabilite.example",
)
"""Where the links of the catalogue may lead, beside the server itself."""


def content(running: RunningApp) -> MainWindow:
    """Build the main window with its screens, each of which is built when it is opened."""
    settings = running.settings
    links = Links(server_url=settings.server_url, hosts=SERVICE_HOSTS)
    return MainWindow(
        running.tasks,
        running.changes,
        running.sync,
        clock=running.clock,
        new_id=_new_id,
        links=links,
        preferences=running.preferences,
        specs=specs(),
        window_state=running.window_state,
    )


def begin_log(running: RunningApp) -> Log:
    """Begin the log of the window."""
    return logs.start(running.settings, name="window")


def speak_french(application: QApplication) -> None:
    """Give Qt's own words (context menus, shortcuts) in French."""
    QLocale.setDefault(QLocale("fr_FR"))
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale("fr_FR"), "qtbase", "_", folder):
        application.installTranslator(translator)


def _new_id() -> str:
    return str(uuid.uuid4())
