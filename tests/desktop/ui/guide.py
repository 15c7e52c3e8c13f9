"""Draw the pictures of the guide for IT, offscreen: `python -m tests.desktop.ui.guide docs/images`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from comptexpert_desktop.domain.network_check import Finding, Step
from comptexpert_desktop.errors import PolicyRefused
from comptexpert_desktop.settings import Resolved
from comptexpert_desktop.settings.definitions import BY_NAME
from comptexpert_desktop.settings.sources import POLICY_FILE
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.network import proxy_dialog, ways_dialog
from comptexpert_desktop.ui.network.check_dialog import CheckDialog
from comptexpert_desktop.ui.settings.bundle_dialog import BundleDialog
from comptexpert_desktop.ui.settings.managed_card import managed_card
from comptexpert_desktop.ui.settings.screen import SettingsScreen
from comptexpert_desktop.ui.window.refusal_window import RefusalWindow
from tests.desktop.ui.kit import Kit, delegation

HOST = "comptexpert.example"
PLACE = "proxy.cabinet.example:3128"
IMPOSED = ("allowed_servers", "proxy_mode", "proxy_url", "ca_file", "lock_after", "offline_days", "update_notice")
FINDINGS = (
    Finding(Step.NAME, data={"host": "proxy.cabinet.example", "addresses": "192.0.2.7"}),
    Finding(Step.PROXY, data={"proxy": PLACE}),
    Finding(Step.TCP, data={"host": HOST}),
    Finding(
        Step.TLS,
        "NET_TLS",
        {
            "host": HOST,
            "reason": "authority",
            "issuer": "Inspection du réseau",
            "starts": "2026-01-01",
            "ends": "2027-01-01",
        },
    ),
)


def main(folder: Path) -> None:
    """Draw every picture."""
    application = QApplication.instance() or QApplication(["guide", *theme.STYLE])
    theme.apply(application, theme.Scheme.LIGHT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        kit = Kit(Path(kept))
        kit.fill(delegation())
        kit.gateways.network.place = PLACE
        kit.gateways.network.findings = {one.step: one for one in FINDINGS}
        kit.tasks.start()
        host = QWidget()
        theme.dress(host)
        for name, draw in DRAWINGS.items():
            widget = draw(kit, host)
            if widget.parent() is None:
                theme.dress(widget)
            widget.show()
            wait(700)
            save(widget, folder / f"{name}.png")
            widget.close()
            wait(50)
        kit.close()


def settings_of_the_firm(_kit: Kit, _host: QWidget) -> QWidget:
    resolved = {name: Resolved(BY_NAME[name].example, "policy", is_locked=True) for name in IMPOSED}
    card = managed_card(resolved)
    assert card is not None
    page = QWidget()
    page.setProperty("page", "true")
    column = QVBoxLayout(page)
    column.addWidget(card)
    page.setFixedWidth(680)
    return page


def network(kit: Kit, host: QWidget) -> QWidget:
    dialog = CheckDialog(host, tasks=kit.tasks, server_url=f"https://{HOST}", clock=kit.clock)
    dialog.run()
    return dialog


def proxy_account(kit: Kit, host: QWidget) -> QWidget:
    account = kit.gateways.network.proxy()
    dialog = proxy_dialog.ProxyDialog(host, account, user_is_locked=False)
    dialog.user_edit.setText("poste-comptable")
    dialog.plain_box.setChecked(True)
    dialog.password_edit.setFocus()
    return dialog


def proxy_choice(_kit: Kit, host: QWidget) -> QWidget:
    dialog = ways_dialog.WaysDialog(host, {})
    dialog.mode.setCurrentIndex(2)
    dialog.address.setText("http://proxy.cabinet.example:3128")
    return dialog


def bundle(kit: Kit, host: QWidget) -> QWidget:
    resolved = {name: Resolved(key.default, "built-in") for name, key in BY_NAME.items()}
    screen = SettingsScreen(kit.context(resolved=resolved))
    screen.setParent(host)
    screen.support_card.prepare()
    for _ in range(50):
        wait(50)
        dialog = host.findChild(BundleDialog)
        if dialog is not None:
            dialog.text.verticalScrollBar().setValue(dialog.text.verticalScrollBar().maximum() // 2)
            return dialog
    raise RuntimeError("The preview did not open.")


def refused_file(_kit: Kit, _host: QWidget) -> QWidget:
    return RefusalWindow(PolicyRefused("POLICY_FILE_UNSAFE", data={"file": str(POLICY_FILE)}))


def refused_value(_kit: Kit, _host: QWidget) -> QWidget:
    contact = str(BY_NAME["support_contact"].example)
    data = {"file": str(POLICY_FILE), "name": "server_url", "contact": contact}
    return RefusalWindow(PolicyRefused("POLICY_VALUE_INVALID", data=data))


DRAWINGS = {
    "refus-fichier": refused_file,
    "refus-valeur": refused_value,
    "reglages-du-cabinet": settings_of_the_firm,
    "tester-la-connexion": network,
    "compte-du-proxy": proxy_account,
    "choisir-le-proxy": proxy_choice,
    "diagnostic": bundle,
}


def save(widget: QWidget, path: Path) -> None:
    """Write a picture without what it does not need: the guide is read through slow connections too."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    if not image.save(str(path), quality=0):  # of a PNG, the strongest compression
        raise OSError(str(path))


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
