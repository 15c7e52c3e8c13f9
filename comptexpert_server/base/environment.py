"""What the environment says, read and checked once."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import stat
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from comptexpert_server.base.durable_folder import make_folder, sync_folder

DEFAULT_PUBLIC_URL = "http://127.0.0.1:8000"
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("debug", "info", "warning", "error")


class UnusableEnvironmentError(ValueError):
    """A variable of the environment contradicts another or cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The server's whole configuration; every member has a default that is safe on one machine."""

    data_dir: Path
    """Holds the SQLite database and the secrets made at the first start."""
    database_url: str
    public_url: str
    """Issuer and links of the mails hang on it, never on the `Host` header."""
    secret_key: str
    former_secret_keys: tuple[str, ...]
    """Those that it replaced: what was signed or sealed under them still opens."""
    email_url: str
    """`smtp://host:port`, `smtps://user:password@host:port` or `file:///dir`."""
    cache_url: str
    allowed_hosts: tuple[str, ...]
    neutral_identification: bool
    """One indistinguishable answer for every outcome of an identification."""
    debug: bool
    address_limits: bool
    """Off in load tests only: `check` refuses that in production."""
    trusted_proxies: int
    """How many load balancers of ours write `X-Forwarded-For`."""
    factor_required: bool
    """Whether a grantor needs a second factor before the first grant; off on one machine."""
    step_up_age: timedelta | None
    """How old a sign-in may be to grant a high-risk right; None on one machine: any age."""
    workers: int
    """How many processes `serve` runs, unless its option says otherwise."""
    log_format: str
    """`text` for people, `json` for programs."""
    log_level: str
    """From which level on the server's own lines are written; INFO has one line a request."""
    download_url: str
    """Where the application is to be had; empty: the page offers its own sign-up alone."""
    metrics_token: str
    """Who sends it may read `/metrics` from elsewhere; empty: this machine alone."""

    @property
    def public_host(self) -> str:
        """The host of the public address."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether the public address is this machine's own."""
        return self.public_host in LOOPBACK_HOSTS

    @property
    def has_name(self) -> bool:
        """Whether the public host is a name: browsers bind no passkey to a number."""
        return not re.fullmatch(r"[0-9.]+|.*:.*", self.public_host)

    @property
    def is_https(self) -> bool:
        """Whether cookies may be marked secure."""
        return self.public_url.startswith("https://")


def read_environment(variables: dict[str, str] | None = None) -> Environment:
    """Read the environment; raise ValueError, naming the variable, when it cannot be obeyed."""
    source = dict(os.environ) if variables is None else variables
    data_dir = Path(source.get("COMPTEXPERT_DATA_DIR") or Path.home() / ".local/share/comptexpert-server")
    public_url = _public_url(source.get("COMPTEXPERT_PUBLIC_URL") or DEFAULT_PUBLIC_URL)
    hosts = tuple(host.strip() for host in source.get("COMPTEXPERT_ALLOWED_HOSTS", "").split(",") if host.strip())
    if "*" in hosts:
        raise UnusableEnvironmentError("COMPTEXPERT_ALLOWED_HOSTS must name hosts: a star would let any Host header in")
    is_local = urlsplit(public_url).hostname in LOOPBACK_HOSTS
    minutes = _count(source, "COMPTEXPERT_STEP_UP_MINUTES", default=0 if is_local else 5)
    return Environment(
        data_dir=data_dir,
        database_url=source.get("COMPTEXPERT_DATABASE_URL", ""),
        public_url=public_url,
        secret_key=source.get("COMPTEXPERT_SECRET_KEY", ""),
        former_secret_keys=tuple(
            key.strip() for key in source.get("COMPTEXPERT_SECRET_KEY_FALLBACKS", "").split(",") if key.strip()
        ),
        email_url=source.get("COMPTEXPERT_EMAIL_URL") or f"file://{(data_dir / 'mail').absolute()}",
        cache_url=source.get("COMPTEXPERT_CACHE_URL", ""),
        allowed_hosts=hosts,
        neutral_identification=_flag(source, "COMPTEXPERT_NEUTRAL_IDENTIFICATION", default=False),
        debug=_flag(source, "COMPTEXPERT_DEBUG", default=False),
        address_limits=_flag(source, "COMPTEXPERT_ADDRESS_LIMITS", default=True),
        trusted_proxies=_count(source, "COMPTEXPERT_TRUSTED_PROXIES"),
        factor_required=_flag(source, "COMPTEXPERT_FACTOR_REQUIRED", default=not is_local),
        step_up_age=timedelta(minutes=minutes) if minutes else None,
        workers=max(1, _count(source, "COMPTEXPERT_WORKERS", default=1)),
        log_format=_choice(source, "COMPTEXPERT_LOG_FORMAT", among=LOG_FORMATS, default="text"),
        log_level=_choice(
            source, "COMPTEXPERT_LOG_LEVEL", among=LOG_LEVELS, default="warning" if is_local else "info"
        ).upper(),
        download_url=_download_url(source.get("COMPTEXPERT_DOWNLOAD_URL", "").strip()),
        metrics_token=source.get("COMPTEXPERT_METRICS_TOKEN", "").strip(),
    )


def in_brackets(host: str) -> str:
    """Return a host as an address of the web writes it: an IPv6 address in its shortest form, between brackets."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[{address.compressed}]" if address.version == 6 else host  # noqa: PLR2004 - the version of IP


def kept_secret(data_dir: Path, name: str, *, make: str | None = None) -> str:
    """Give the secret kept in the data folder, made once, readable by its owner alone."""
    folder = data_dir / "secrets"
    path = folder / name
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        pass
    make_folder(folder)
    value = secrets.token_urlsafe(64) if make is None else make
    draft = folder / f".{name}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails when another process was first: its secret is then the one
    except FileExistsError:
        pass
    except OSError:
        draft.replace(path)
    draft.unlink(missing_ok=True)
    sync_folder(folder)
    return path.read_text("utf-8")


def _download_url(text: str) -> str:
    """Return where the application is to be had; raise for what is no address of the web."""
    parts = urlsplit(text)
    if text and (parts.scheme != "https" or not parts.hostname):
        raise UnusableEnvironmentError("COMPTEXPERT_DOWNLOAD_URL must be an https address")
    return text


def _public_url(text: str) -> str:
    """Return the public address in its one form; raise when clients could not use it."""
    try:
        parts = urlsplit(text.rstrip("/"))
        host, port = in_brackets(parts.hostname or ""), parts.port
    except ValueError:
        raise UnusableEnvironmentError("COMPTEXPERT_PUBLIC_URL cannot be read") from None
    if parts.scheme not in {"http", "https"} or not host or parts.path or parts.query:
        raise UnusableEnvironmentError("COMPTEXPERT_PUBLIC_URL must be an address such as https://comptexpert.example")
    if parts.scheme == "http" and host.strip("[]") not in LOOPBACK_HOSTS:
        raise UnusableEnvironmentError("COMPTEXPERT_PUBLIC_URL must be https unless it is this machine's own address")
    return f"{parts.scheme}://{host}" if port is None else f"{parts.scheme}://{host}:{port}"


def _flag(source: dict[str, str], name: str, *, default: bool) -> bool:
    value = source.get(name, "").strip().lower()
    if value in {"", "0", "false", "no", "off"}:
        return default if value == "" else False
    if value in {"1", "true", "yes", "on"}:
        return True
    raise UnusableEnvironmentError(f"{name} must be 0 or 1")


def _count(source: dict[str, str], name: str, *, default: int = 0) -> int:
    value = source.get(name, "").strip() or str(default)
    if not value.isdecimal():
        raise UnusableEnvironmentError(f"{name} must be a number")
    return int(value)


def _choice(source: dict[str, str], name: str, *, among: tuple[str, ...], default: str) -> str:
    value = source.get(name, "").strip().lower() or default
    if value not in among:
        raise UnusableEnvironmentError(f"{name} must be one of {', '.join(among)}")
    return value
