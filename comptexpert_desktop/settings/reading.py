"""Read every setting once: policy, arguments, the person's file, the machine's defaults, what is built in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from comptexpert_desktop import __version__
from comptexpert_desktop.errors import InvalidInput, PolicyRefused, Problem, StoreError
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.settings import sources
from comptexpert_desktop.settings.addresses import server_address
from comptexpert_desktop.settings.definitions import BY_NAME, KEYS, WAY
from comptexpert_desktop.settings.values import USER_PLACE, is_older

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.settings.definitions import Key
    from comptexpert_desktop.settings.sources import Found
    from comptexpert_desktop.settings.values import Value

if TYPE_CHECKING:
    import getpass
else:
    getpass = lazy("getpass")  # most machines name no folder

DATA_DIR = "data_dir"
_NOTHING = sources.Found({})


@dataclass(frozen=True, slots=True)
class Resolved:
    """A setting's value, where it comes from (`policy`, `argument`, `user`, `machine`, `built-in`) and its lock."""

    value: object
    source: str
    is_locked: bool = False
    problem: str = ""
    """Why what a file says was not taken."""
    chosen: Value | None = None
    """What the person chose, where a policy decides: some policies are a maximum."""
    is_lost: bool = False
    """What the policy means is unknown and nothing is closed enough: the program does not start."""


@dataclass(frozen=True, slots=True)
class Network:
    """How the server is reached."""

    proxy_mode: str = "system"
    proxy_url: str = ""
    proxy_exceptions: tuple[str, ...] = ()
    ca_file: str = ""
    proxy_user: str = ""
    pac_url: str = ""
    """Where the script of the mode `pac` is."""


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
    offline_unlock: bool = True
    """Whether a PIN may open the locked window."""
    update_notice: bool = True
    updates_url: str = ""
    desktop_notifications: bool = True
    start_at_sign_in: bool = False
    single_keys: bool = True
    log_level: str = "info"
    language: str = "fr"
    colour_scheme: str = "auto"
    snapshot_key: str = ""
    """The key that must have signed the registry, in base64; empty for the one of the first meeting."""
    may_rehearse: bool = True
    may_export: bool = True
    support_contact: str = ""
    refusal: ComptexpertError | None = None
    """Why the program must not start; for those who only look."""
    resolved: Mapping[str, Resolved] = field(default_factory=dict)
    """Every setting by its name, and each thing that a file says and that was not taken."""


def load(*, server: str | None = None, data_dir: str | None = None, is_lenient: bool = False) -> Settings:
    """Read the settings once.

    Raises PolicyRefused when what the machine imposes cannot be known or met, InvalidInput when an argument
    contradicts it or cannot be used, StoreError for a folder of somebody else. With `is_lenient`, for those who only
    look, the first two are told in `refusal` and the settings hold their closed values.
    """
    imposed, machine = sources.policy(), sources.machine_defaults()
    in_folder = _data_dir(imposed, machine, argument=data_dir)
    folder = Path(str(in_folder.value))
    try:
        user = sources.person(folder)
    except StoreError as error:
        if not is_lenient:
            raise
        user = sources.Found({}, str(folder), error.code)
    arguments: dict[str, Value] = {} if server is None else {"server_url": server_address(server)}
    resolved = {
        key.name: _resolve(key, imposed=imposed, arguments=arguments, user=user, machine=machine)
        for key in KEYS
        if key.name != DATA_DIR
    }
    resolved[DATA_DIR] = in_folder
    resolved |= _strangers(imposed, user, machine)
    refusal = _refusal(imposed, resolved, arguments=arguments, data_dir=data_dir)
    if refusal is not None and not is_lenient:
        raise refusal
    return Settings(
        server_url=str(resolved["server_url"].value),
        data_dir=folder,
        server_is_locked=resolved["server_url"].is_locked,
        server_source=resolved["server_url"].source,
        network=_network(resolved),
        snapshot_key=str(resolved["snapshot_key"].value),
        saves_credentials=bool(resolved["saved_credentials"].value),
        lock_minutes=_minutes(resolved["lock_after"].value),
        lock_is_imposed=resolved["lock_after"].is_locked,
        offline_days=int(str(resolved["offline_days"].value)),
        offline_unlock=bool(resolved["offline_unlock"].value),
        update_notice=bool(resolved["update_notice"].value),
        updates_url=str(resolved["updates_url"].value),
        desktop_notifications=bool(resolved["desktop_notifications"].value),
        start_at_sign_in=bool(resolved["start_at_sign_in"].value),
        single_keys=bool(resolved["single_keys"].value),
        log_level=str(resolved["log_level"].value),
        language=str(resolved["language"].value),
        colour_scheme=str(resolved["colour_scheme"].value),
        may_rehearse=bool(resolved["rehearsal"].value),
        may_export=bool(resolved["exports"].value),
        support_contact=str(resolved["support_contact"].value),
        resolved=resolved,
        refusal=refusal,
    )


def _data_dir(imposed: Found, machine: Found, *, argument: str | None) -> Resolved:
    """Resolve the folder of everything that is kept: the policy's, the argument's, the machine's, the person's own."""
    if DATA_DIR in imposed.values:
        found = BY_NAME[DATA_DIR].imposed(imposed.values[DATA_DIR])
        folder = _folder(found.value) if found.value else default_data_dir()
        return Resolved(str(folder), "policy", is_locked=True, problem=found.problem, is_lost=found.is_lost)
    if argument:
        return Resolved(str(Path(argument).expanduser().absolute()), "argument")
    proposed = BY_NAME[DATA_DIR].imposed(machine.values.get(DATA_DIR, ""))
    if proposed.value:
        return Resolved(str(_folder(proposed.value)), "machine")
    return Resolved(str(default_data_dir()), "built-in", problem=proposed.problem)


def _folder(value: Value) -> Path:
    return Path(str(value).replace(USER_PLACE, getpass.getuser())).expanduser().absolute()


def _refusal(
    imposed: Found, resolved: Mapping[str, Resolved], *, arguments: Mapping[str, Value], data_dir: str | None
) -> ComptexpertError | None:
    """Say why the program must not start under these settings, if it must not."""
    data = {"contact": str(resolved["support_contact"].value)}
    if imposed.problem:
        return PolicyRefused(imposed.problem, data=data | {"file": imposed.place})
    lost = next((name for name, one in resolved.items() if one.is_lost), "")
    if lost:
        return PolicyRefused("POLICY_VALUE_INVALID", data=data | {"file": imposed.place, "name": lost})
    required = str(resolved["minimum_version"].value)
    if required and is_older(__version__, than=required):
        return PolicyRefused("VERSION_TOO_OLD", data=data | {"required": required, "installed": __version__})
    if (
        resolved[DATA_DIR].is_locked
        and data_dir
        and Path(data_dir).expanduser().absolute() != Path(str(resolved[DATA_DIR].value))
    ):
        return InvalidInput([Problem("data_dir", "DATA_DIR_LOCKED")])
    return _server_refusal(resolved["server_url"], resolved["allowed_servers"], arguments=arguments)


def _server_refusal(chosen: Resolved, allowed: Resolved, *, arguments: Mapping[str, Value]) -> ComptexpertError | None:
    if chosen.is_locked and arguments and arguments["server_url"] != chosen.value:
        return InvalidInput([Problem("server", "SERVER_LOCKED")])
    servers = cast("tuple[str, ...]", allowed.value)
    if servers and chosen.value not in servers:
        return InvalidInput([Problem("server", "SERVER_NOT_ALLOWED")])
    return None


def policy(settings: Settings) -> dict[str, dict[str, object]]:
    """Tell each setting: its value, where it comes from, whether it is locked, and what was not taken and why."""
    return {
        name: {"value": list(one.value) if isinstance(one.value, tuple) else one.value, "source": one.source}
        | {"locked": one.is_locked}
        | ({"problem": one.problem} if one.problem else {})
        for name, one in settings.resolved.items()
    }


def faults_of(path: Path) -> list[dict[str, str]]:
    """Name each fault of a policy before it is put in place: the setting, or the file, and a code; raises OSError."""
    found = sources.candidate(path)
    if found.problem:
        return [{"name": found.place, "code": found.problem}]
    faults = [
        {"name": name, "code": BY_NAME[name].imposed(value).problem if name in BY_NAME else "FIELD_UNKNOWN"}
        for name, value in found.values.items()
    ]
    return [one for one in faults if one["code"]] or _contradictions(found)


def _contradictions(found: Found) -> list[dict[str, str]]:
    """Name what is right alone and refuses every start together."""
    resolved = {key.name: _resolve(key, imposed=found, arguments={}, user=_NOTHING, machine=_NOTHING) for key in KEYS}
    server, allowed = resolved["server_url"], resolved["allowed_servers"]
    is_out = server.is_locked and _server_refusal(server, allowed, arguments={}) is not None
    return [{"name": "server_url", "code": "SERVER_NOT_ALLOWED"}] if is_out else []


def default_data_dir() -> Path:
    """Return the person's own folder for this application."""
    # Imported here: most runs are given no folder only when a person starts them.
    import platformdirs  # noqa: PLC0415

    return Path(platformdirs.user_data_dir("comptexpert", appauthor=False, roaming=False))


def _minutes(value: object) -> int:
    return int(str(value)) if str(value).isdecimal() else 0


def _network(resolved: Mapping[str, Resolved]) -> Network:
    return Network(
        proxy_mode=str(resolved["proxy_mode"].value),
        proxy_url=str(resolved["proxy_url"].value),
        proxy_exceptions=cast("tuple[str, ...]", resolved["proxy_exceptions"].value),
        ca_file=str(resolved["ca_file"].value),
        proxy_user=str(resolved["proxy_user"].value),
        pac_url=str(resolved["pac_url"].value),
    )


def _resolve(key: Key, *, imposed: Found, arguments: Mapping[str, Value], user: Found, machine: Found) -> Resolved:
    """Take the strongest source that says something; a policy that says nonsense locks what is closed."""
    if key.name in imposed.values:
        found = key.imposed(imposed.values[key.name])
        chosen = _parsed(key, user.values) if key.name in user.values else None
        return Resolved(found.value, "policy", True, found.problem, chosen, found.is_lost)
    if key.name in arguments:
        return Resolved(arguments[key.name], "argument")
    problem = ""
    is_decided = key.name in WAY and not WAY.isdisjoint(imposed.values)
    is_personal = key.is_personal and not is_decided
    for source, one in (("user", user), ("machine", machine)):
        if key.name in one.values and (is_personal or source == "machine"):
            value = _parsed(key, one.values)
            if value is not None:
                return Resolved(value, source, is_decided, problem)
            problem = "INVALID_INPUT"
    return Resolved(key.default, "built-in", is_decided, problem)


def _parsed(key: Key, values: Mapping[str, object]) -> Value | None:
    try:
        return key.parsed(values[key.name])
    except InvalidInput:
        return None


def _strangers(imposed: Found, user: Found, machine: Found) -> dict[str, Resolved]:
    return dict(_each_stranger({"policy": imposed, "user": user, "machine": machine}))


def _each_stranger(found: Mapping[str, Found]) -> Iterator[tuple[str, Resolved]]:
    """Yield each file that was refused or that nothing reads, and each name that means nothing to us."""
    for path in sources.misnamed_files():
        yield str(path), Resolved(None, "policy", problem="FIELD_UNKNOWN")
    for source, one in found.items():
        if one.problem:
            yield one.place, Resolved(None, source, problem=one.problem)
        for name, value in one.values.items():
            if name not in BY_NAME and source != "user":
                yield name, Resolved(str(value), source, problem="FIELD_UNKNOWN")
