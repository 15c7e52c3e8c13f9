"""Read every setting once: policy, arguments, the person's file, the machine's defaults, what is built in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from comptexpert_desktop.errors import InvalidInput, Problem
from comptexpert_desktop.settings import sources
from comptexpert_desktop.settings.addresses import server_address
from comptexpert_desktop.settings.keys import BY_NAME, KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from comptexpert_desktop.settings.keys import Key, Value
    from comptexpert_desktop.settings.sources import Found


@dataclass(frozen=True, slots=True)
class Told:
    """A setting's value, where it comes from (`policy`, `argument`, `user`, `machine`, `built-in`) and its lock."""

    value: object
    source: str
    is_locked: bool = False
    problem: str = ""
    """Why what a file says was not taken."""


@dataclass(frozen=True, slots=True)
class Network:
    """How the server is reached."""

    proxy_mode: str = "system"
    proxy_url: str = ""
    proxy_exceptions: tuple[str, ...] = ()
    ca_file: str = ""
    proxy_user: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What does not change while the program runs."""

    server_url: str
    data_dir: Path
    server_is_locked: bool = False
    """The machine's policy chose the server."""
    server_source: str = "built-in"
    network: Network = Network()
    saves_credentials: bool = True
    lock_minutes: int = 30
    """Without activity, before the window locks; 0 is never."""
    lock_is_imposed: bool = False
    """`lock_minutes` is the machine's policy: a maximum for what the person chooses."""
    offline_days: int = 0
    """Without the server, before the local copies are erased; 0 is never."""
    update_notice: bool = True
    updates_url: str = ""
    desktop_notifications: bool = True
    start_at_sign_in: bool = False
    log_level: str = "info"
    language: str = "fr"
    told: Mapping[str, Told] = field(default_factory=dict)
    """Every setting by its name, and each thing that a file says and that was not taken."""


def load(*, server: str | None = None, data_dir: str | None = None) -> Settings:
    """Read the settings once; raises InvalidInput when an argument contradicts them or cannot be used."""
    folder = Path(data_dir).expanduser().absolute() if data_dir else default_data_dir()
    imposed, user, machine = sources.policy(), sources.person(folder), sources.machine_defaults()
    arguments = {} if server is None else {"server_url": server_address(server)}
    told = {key.name: _resolve(key, imposed=imposed, arguments=arguments, user=user, machine=machine) for key in KEYS}
    told["data_dir"] = Told(str(folder), "argument" if data_dir else "built-in")
    told |= _strangers(imposed, user, machine)
    chosen = told["server_url"]
    if chosen.is_locked and arguments and arguments["server_url"] != chosen.value:
        raise InvalidInput([Problem("server", "SERVER_LOCKED")])
    allowed = cast("tuple[str, ...]", told["allowed_servers"].value)
    if allowed and chosen.value not in allowed:
        raise InvalidInput([Problem("server", "SERVER_NOT_ALLOWED")])
    return Settings(
        server_url=str(chosen.value),
        data_dir=folder,
        server_is_locked=chosen.is_locked,
        server_source=chosen.source,
        network=_network(told),
        saves_credentials=bool(told["saved_credentials"].value),
        lock_minutes=_minutes(told["lock_after"].value),
        lock_is_imposed=told["lock_after"].is_locked,
        offline_days=int(str(told["offline_days"].value)),
        update_notice=bool(told["update_notice"].value),
        updates_url=str(told["updates_url"].value),
        desktop_notifications=bool(told["desktop_notifications"].value),
        start_at_sign_in=bool(told["start_at_sign_in"].value),
        log_level=str(told["log_level"].value),
        language=str(told["language"].value),
        told=told,
    )


def policy(settings: Settings) -> dict[str, dict[str, object]]:
    """Tell each setting: its value, where it comes from, whether it is locked, and what was not taken and why."""
    return {
        name: {"value": list(one.value) if isinstance(one.value, tuple) else one.value, "source": one.source}
        | {"locked": one.is_locked}
        | ({"problem": one.problem} if one.problem else {})
        for name, one in settings.told.items()
    }


def default_data_dir() -> Path:
    """Return the person's own folder for this application."""
    # Imported here: most runs are given no folder only when a person starts them.
    import platformdirs  # noqa: PLC0415

    return Path(platformdirs.user_data_dir("comptexpert", appauthor=False, roaming=False))


def _minutes(value: object) -> int:
    return int(str(value)) if str(value).isdecimal() else 0


def _network(told: Mapping[str, Told]) -> Network:
    return Network(
        proxy_mode=str(told["proxy_mode"].value),
        proxy_url=str(told["proxy_url"].value),
        proxy_exceptions=cast("tuple[str, ...]", told["proxy_exceptions"].value),
        ca_file=str(told["ca_file"].value),
        proxy_user=str(told["proxy_user"].value),
    )


def _resolve(key: Key, *, imposed: Found, arguments: Mapping[str, Value], user: Found, machine: Found) -> Told:
    """Take the strongest source that says something; a policy that says nonsense still locks, on what is built in."""
    if key.name in imposed.values:
        value = _parsed(key, imposed.values)
        problem = "" if value is not None else "INVALID_INPUT"
        return Told(key.default if value is None else value, "policy", is_locked=True, problem=problem)
    if key.name in arguments:
        return Told(arguments[key.name], "argument")
    problem = ""
    for source, found in (("user", user), ("machine", machine)):
        if key.name in found.values:
            value = _parsed(key, found.values)
            if value is not None:
                return Told(value, source, problem=problem)
            problem = "INVALID_INPUT"
    return Told(key.default, "built-in", problem=problem)


def _parsed(key: Key, values: Mapping[str, object]) -> Value | None:
    try:
        return key.parsed(values[key.name])
    except InvalidInput:
        return None


def _strangers(imposed: Found, user: Found, machine: Found) -> dict[str, Told]:
    return dict(_each_stranger({"policy": imposed, "user": user, "machine": machine}))


def _each_stranger(found: Mapping[str, Found]) -> Iterator[tuple[str, Told]]:
    """Yield each file that was refused, and each name that means nothing to us."""
    for source, one in found.items():
        if one.problem:
            yield one.place, Told(None, source, problem=one.problem)
        for name, value in one.values.items():
            if name not in BY_NAME and source != "user":
                yield name, Told(str(value), source, problem="FIELD_UNKNOWN")
