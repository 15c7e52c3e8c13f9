"""One place writes mails, and nothing of the server compiles a text as a template."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import Source, at_fault, sources

WRITER = "comptexpert_server/mail/outgoing.py"
QUEUE = "comptexpert_server/mail/queue.py"
RELAY = "comptexpert_server/mail/relay.py"
FOREIGN = "comptexpert_server/mail/django_backend.py"
MAY_USE: dict[str, frozenset[str]] = {
    "post_office.mail": frozenset(),
    "post_office.utils": frozenset(),
    "post_office.models.EmailTemplate": frozenset(),
    "django.core.mail": frozenset(),
    "django.core.mail.EmailMessage": frozenset({QUEUE, RELAY, FOREIGN}),
    "django.core.mail.EmailMultiAlternatives": frozenset(),
    "django.core.mail.get_connection": frozenset(),
    "django.core.mail.mail_admins": frozenset(),
    "django.core.mail.mail_managers": frozenset(),
    "django.core.mail.send_mail": frozenset(),
    "django.core.mail.send_mass_mail": frozenset(),
    "django.template.Engine": frozenset(),
    "django.template.Template": frozenset(),
    "django.template.base": frozenset(),
    "django.template.engine": frozenset(),
    "django.template.engines": frozenset(),
    "jinja2": frozenset(),
    "smtplib": frozenset({RELAY}),
}
"""What sends mails or compiles templates, and the files that may import it."""
CALLS = {"from_string", "send_mail", "email_user", "dispatch", "render_on_delivery", "send_queued"}
"""Methods that do the same under any name."""


def ways_round(source: Source) -> list[str]:
    """List the lines of a file that send a mail past the one place, or compile a text."""
    found = [
        f"{source.path}:{node.lineno} {name}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imported(node)
        if source.path not in MAY_USE.get(name, {source.path})
    ]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in CALLS:
            found.append(f"{source.path}:{node.lineno} {node.attr}")
        is_email = isinstance(node, ast.Call) and ast.unparse(node.func) in {"Email", "Email.objects.create"}
        if is_email and source.path != WRITER:
            found.append(f"{source.path}:{node.lineno} Email")
    return found


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Name the modules that an import names, and what it takes from one."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    module = node.module or ""
    taken = [f"{module}.{alias.name}" for alias in node.names]
    return [*taken, *([module] if module != "django.core.mail" else [])]


def test_no_mail_is_written_elsewhere_and_no_text_is_compiled() -> None:
    assert at_fault(ways_round, sources("comptexpert_server")) == {}


@pytest.mark.parametrize(
    "line",
    [
        "from post_office import mail",
        "from post_office.mail import send",
        "import post_office.mail",
        "from django.core.mail import send_mail",
        "from django.core.mail import EmailMessage",
        "from django.core import mail",
        "from django.template import Template",
        "from django.template import Engine, Context",
        "engines['django'].from_string(text)",
        "Engine().from_string(text)",
        "account.email_user('S', text)",
        "Email(message=text).save()",
        "Email.objects.create(message=text)",
        "import smtplib",
    ],
)
def test_the_lint_sees_each_way_round(line: str) -> None:
    assert ways_round(Source("comptexpert_server/reviews/mails.py", line, ast.parse(line)))
