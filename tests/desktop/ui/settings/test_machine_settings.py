"""What the machine imposes or a broken file says is seen on screen, not only by commands."""

from __future__ import annotations

from comptexpert_desktop.settings import Resolved
from comptexpert_desktop.ui.delegations.screen import DelegationsScreen
from comptexpert_desktop.ui.reviews.screen import ReviewsScreen
from comptexpert_desktop.ui.window.status_notices import StatusNotices


def test_files_of_choices_that_cannot_be_read_are_said_above_every_screen(app_kit, qtbot, tmp_path):
    path = str(tmp_path / "settings.json")
    resolved = {path: Resolved(None, "user", problem="USER_FILE_INVALID")}
    notices = StatusNotices(app_kit.context(resolved=resolved), host="serveur.example", parent=None)
    qtbot.addWidget(notices.trouble)
    assert "illisibles" in notices.trouble.text()
    assert path in notices.trouble.text()


def test_exports_that_the_policy_forbids_are_refused_with_the_reason(app_kit, qtbot):
    for screen, name in ((DelegationsScreen, "exports"), (ReviewsScreen, "head")):
        made = screen(app_kit.context(may_export=False))
        qtbot.addWidget(made)
        button = made.exports.button if name == "exports" else made.head.report_button
        assert not button.isEnabled()
        assert "service informatique" in button.accessibleDescription()
        allowed = screen(app_kit.context())
        qtbot.addWidget(allowed)
        assert (allowed.exports.button if name == "exports" else allowed.head.report_button).isEnabled()
