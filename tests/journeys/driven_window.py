"""The program of a version folder, and the hand of a person in it: it does what a file asks, and writes what it sees.

Copied as `__main__.py` into `versions/VERSION`, it runs that folder's own code. `$COMPTEXPERT_HAND/VERSION.do` holds a
command a line; what came of them is written to `VERSION.seen` as JSON.
"""

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[0] = str(HERE)  # the link may name another folder by the time that a screen is imported

from PySide6.QtCore import QObject, Qt, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QLabel, QWidget  # noqa: E402

from comptexpert_desktop.__main__ import main  # noqa: E402
from comptexpert_desktop.desktop import window  # noqa: E402
from comptexpert_desktop.ui.destinations import Destination, NewRequest, NewSignup  # noqa: E402
from comptexpert_desktop.usecases.signup import signup  # noqa: E402

SETTLE_MS = 300


class Hand(QObject):
    """Types and clicks in one window."""

    def __init__(self, content):
        super().__init__(content)
        self._content = content
        folder = Path(os.environ["COMPTEXPERT_HAND"])
        self._asked, self._seen = folder / f"{HERE.name}.do", folder / f"{HERE.name}.seen"
        self._timer = QTimer(self, interval=50)
        self._timer.timeout.connect(self._look)
        self._content.tasks.store_unusable.connect(lambda _error: self._tell(()))
        self._timer.start()

    def _look(self):
        if self._asked.exists():
            commands = self._asked.read_text().splitlines()
            self._asked.unlink()
            self._do(commands)

    def _do(self, commands):
        if not commands:
            self._content.tasks.read(self, signup.drafts, self._tell)
            return
        verb, _, what = commands[0].partition(" ")
        getattr(self, f"do_{verb}")(what)
        QTimer.singleShot(0 if verb == "type" else SETTLE_MS, self, lambda: self._do(commands[1:]))

    def do_open(self, screen):
        self._content.open({"signup": NewSignup(), "request": NewRequest()}.get(screen) or Destination(screen))

    def do_type(self, text):
        QTest.keyClicks(self._target(), text)

    def do_key(self, name):
        QTest.keyClick(self._target(), getattr(Qt.Key, f"Key_{name}"))

    def do_into(self, name):
        self._content.findChild(QWidget, name).setFocus()

    def do_click(self, name):
        self._tell(())  # the window may be gone by the time that the click is over
        banner = self._content.findChild(QWidget, name)
        banner.action_button.click()

    def do_look(self, _nothing):
        pass

    def do_sync(self, _nothing):
        self._content.synchronise()

    def _target(self):
        return QApplication.focusWidget() or self._content.focusWidget()

    def _tell(self, drafts):
        banner = self._content.findChild(QWidget, "restartBanner")
        code = {Path(module.__file__).resolve() for name, module in list(sys.modules.items()) if _is_ours(name, module)}
        page = self._content.pages.currentWidget()
        seen = {
            "banner": banner.text() if banner is not None else "",
            "button": banner.action_button.text() if banner is not None and banner.text() else "",
            "screens": sorted(screen.objectName() for screen in self._content.stack.built()),
            "texts": sorted({one.text() for one in self._content.findChildren(QWidget) if _has_text(one)}),
            "page": type(page).__name__,
            "page_texts": sorted({one.text() for one in page.findChildren(QWidget) if _has_text(one)}),
            "drafts": [[draft.email, draft.login_id] for draft in drafts],
            "elsewhere": sorted(str(path) for path in code if not path.is_relative_to(HERE)),
        }
        draft = self._seen.with_suffix(".draft")
        draft.write_text(json.dumps(seen))
        draft.replace(self._seen)


def _is_ours(name, module):
    return name.startswith("comptexpert_desktop") and bool(vars(module).get("__file__"))


def _has_text(widget):
    return isinstance(widget, QLabel) and bool(widget.text())


def driven(build):
    def built(*arguments, **options):
        running = build(*arguments, **options)
        running.afterwards.append(Hand)
        return running

    return built


if __name__ == "__main__":
    window.build = driven(window.build)
    sys.exit(main())
