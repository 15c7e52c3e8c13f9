"""Who may call an operation: each declares a policy, and an undeclared one is never served."""

from __future__ import annotations

from contextvars import ContextVar
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from comptexpert_server.web.rates import By, Rate, Throttle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from comptexpert_server.web.codes import RefusalCode


class Policy(StrEnum):
    """Who may call; the operation itself then looks at the object."""

    PUBLIC = "public"
    """Anyone, signed in or not."""
    ACCOUNT = "account"
    """An active account, about what is its own."""
    PARTY = "party"
    """An active account that is a party of the object, or grants for its firm; others get 404."""
    GRANTOR = "grantor"
    """An active account that grants for the firm in question; others get 404."""


class StepUp(StrEnum):
    """How surely we must know who writes: whatever gives power, or takes a control away, asks for proof."""

    NONE = "none"
    """It asks, refuses, ends or objects: a stolen session gains nothing by it."""
    FACTOR = "factor"
    """A second factor, where the settings want one."""
    FRESH = "fresh"
    """A second factor, and a recent sign-in."""
    BY_RIGHT = "by_right"
    """The operation asks by itself: what it gives, and with which risk, stands in its body."""


before_effect: ContextVar[Callable[[], None] | None] = ContextVar("before_effect", default=None)
"""What an idempotent write asks for before its effect; the first answer of a repeated key asks for nothing."""


def declare(
    policy: Policy,
    *,
    rate: Rate,
    idempotent: bool = False,
    conditional: bool = False,
    step_up: StepUp | None = None,
    codes: Iterable[RefusalCode] = (),
) -> dict[str, Any]:
    """Return the arguments that every `@router.get`, `.post`… takes, such as `**declare(Policy.ACCOUNT, rate=READ)`.

    Every operation asks for the access token of the API (`config.api`), unless its policy is public. `rate` says how
    often one caller may come; who is not signed in is counted by address. `idempotent` writes ask for an
    `Idempotency-Key`, `conditional` ones for an `If-Match`; both are documented from this declaration. `codes` are
    those with which this operation alone refuses: those of every call, token, body, key, version and proof are added.

    A write that says nothing of its `step_up` asks for the most; one without a key says it (`config.api` looks).
    """
    if step_up is None and idempotent:
        step_up = StepUp.NONE if policy is Policy.PUBLIC else StepUp.FRESH
    if policy is Policy.PUBLIC and rate.by is not By.ADDRESS:
        raise ImproperlyConfigured("nobody is signed in for a public operation: its rate counts addresses")
    return {
        **({"auth": None} if policy is Policy.PUBLIC else {}),
        "throttle": Throttle(rate),
        "openapi_extra": {
            "x-policy": policy.value,
            "x-rate": {"calls_per_minute": rate.calls, "by": rate.by.value},
            "x-idempotent": idempotent,
            "x-conditional": conditional,
            "x-codes": sorted(codes),
            **({} if step_up is None else {"x-step-up": step_up.value}),
        },
    }
