"""A way to the server on which a test decides what is found."""

from __future__ import annotations

from dataclasses import dataclass, field

from comptexpert_desktop.domain.network_check import Finding, ProxyAccount, Step


@dataclass
class FakeNetwork:
    """Finds what it was told to find; everything else is well."""

    findings: dict[Step, Finding] = field(default_factory=dict)
    place: str = ""
    user: str = ""
    logins: list[tuple[str, str]] = field(default_factory=list)
    is_kept: bool = True
    asked: list[Step] = field(default_factory=list)

    def check(self, step: Step) -> Finding:
        self.asked.append(step)
        return self.findings.get(step, Finding(step, data={"host": "comptexpert.example"}))

    def proxy(self) -> ProxyAccount:
        return ProxyAccount(self.place, self.user)

    def delete_proxy_account(self) -> None:
        self.user = ""
        self.logins.clear()

    def sign_in_to_proxy(self, *, user: str, password: str) -> bool:
        if self.place:
            self.user = user
            self.logins.append((user, password))
        return bool(self.place) and self.is_kept
