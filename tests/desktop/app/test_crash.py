"""A bug is told by its type and its place, never by what it held."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

SECRET = "jeton-0123456789"
BUGS = {
    "main": "raise ValueError(secret)",
    "chained": "raise RuntimeError('x') from ValueError(secret)",
    "thread": "import threading; one = threading.Thread(target=lambda: int(secret)); one.start(); one.join()",
    "destructor": "type('One', (), {'__del__': lambda self: int(secret)})()",
}


def run(bug):
    script = f"""
        import sys
        from comptexpert_desktop.app import crash
        crash.install()
        secret = {SECRET!r}
        {bug}
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], env=os.environ, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_told_without_what_it_held(name):
    done = run(BUGS[name])
    assert SECRET not in done.stderr
    assert "comptexpert-desktop: builtins." in done.stderr
    assert "<string>" in done.stderr


def test_a_program_that_a_bug_ends_has_failed():
    assert run(BUGS["main"]).returncode == 1


def test_a_person_who_interrupts_is_told_nothing():
    assert run("raise KeyboardInterrupt").stderr == ""


def test_a_thread_that_ends_itself_is_no_bug():
    assert run("import threading; threading.Thread(target=sys.exit).start()").stderr == ""


def test_the_command_line_installs_it_for_itself_alone():
    probe = "import sys; from comptexpert_desktop.__main__ import main; main(['show-policy']); print(sys.excepthook)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert "built-in function excepthook" in done.stdout
