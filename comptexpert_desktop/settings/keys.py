"""The one declaration of the settings: what each is called, takes and is worth; the policy templates come from here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import InvalidInput, Problem
from comptexpert_desktop.settings.addresses import proxy_address, server_address

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_SERVER = "https://comptexpert.example"
CLIENT_ID = "comptexpert-desktop"

Value = str | bool | int | tuple[str, ...]


def _choice(*choices: str) -> Callable[[object], Value]:
    def parse(value: object) -> Value:
        if isinstance(value, str) and value in choices:
            return value
        raise InvalidInput([Problem("", "INVALID_INPUT")])

    return parse


def _bool(value: object) -> Value:
    if value in (0, 1):  # the registry of Windows has no other truth
        return bool(value)
    raise InvalidInput([Problem("", "INVALID_INPUT")])


def _number(least: int, most: int) -> Callable[[object], Value]:
    def parse(value: object) -> Value:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise InvalidInput([Problem("", "INVALID_INPUT")])

    return parse


def _address(value: object) -> Value:
    return server_address(value if isinstance(value, str) else "")


def _optional_address(value: object) -> Value:
    return _address(value) if value else ""


def _addresses(value: object) -> Value:
    return tuple(server_address(text) for text in _texts(value))


def _proxy(value: object) -> Value:
    return proxy_address(str(value)) if value else ""


def _plain_text(value: object) -> Value:
    if isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_NAME:
        return value.strip()
    raise InvalidInput([Problem("", "INVALID_INPUT")])


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(isinstance(text, str) and text.strip() for text in value):
        return tuple(text.strip() for text in value)
    raise InvalidInput([Problem("", "INVALID_INPUT")])


def _file(value: object) -> Value:
    if isinstance(value, str) and (not value or Path(value).is_absolute()):
        return value
    raise InvalidInput([Problem("", "INVALID_INPUT")])


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: `name` in JSON files, `policy_name` in the registry of Windows and in profiles of macOS."""

    name: str
    policy_name: str
    kind: str
    """`text`, `bool`, `number`, `list` or `choice`: how an administrator enters it."""
    default: Value
    parse: Callable[[object], Value]
    french: tuple[str, str]
    """Its name and its explanation."""
    english: tuple[str, str]
    example: Value
    choices: tuple[str, ...] = ()
    bounds: tuple[int, int] = (0, 0)
    """Of a number: the least and the most."""

    def parsed(self, value: object) -> Value:
        """Return the value in its one form; raises InvalidInput."""
        if self.kind in {"text", "choice"} and not isinstance(value, str):
            raise InvalidInput([Problem(self.name, "INVALID_INPUT")])
        return self.parse(value)


PROXY_MODES = ("system", "none", "manual")
LOCK_DELAYS = ("5", "15", "30", "60", "never")
LOG_LEVELS = ("error", "warning", "info", "debug")
LANGUAGES = ("fr",)
OFFLINE_DAYS = (0, 3650)
_LONGEST_NAME = 200

KEYS = (
    Key(
        name="server_url",
        policy_name="ServerURL",
        kind="text",
        default=DEFAULT_SERVER,
        parse=_address,
        french=("Adresse du serveur", "Adresse https du serveur Comptexpert. Imposée, elle ne peut pas être changée."),
        english=("Server address", "The https address of the Comptexpert server. Enforced, nobody can change it."),
        example="https://comptexpert.example",
    ),
    Key(
        name="allowed_servers",
        policy_name="AllowedServers",
        kind="list",
        default=(),
        parse=_addresses,
        french=("Serveurs autorisés", "L’application refuse tout autre serveur. Liste vide : tous sont acceptés."),
        english=("Allowed servers", "The application refuses any other server. An empty list allows them all."),
        example=("https://comptexpert.example", "https://formation.comptexpert.example"),
    ),
    Key(
        name="proxy_mode",
        policy_name="ProxyMode",
        kind="choice",
        default="system",
        parse=_choice(*PROXY_MODES),
        french=("Mode du proxy", "Celui du système, aucun, ou celui de l’adresse indiquée."),
        english=("Proxy mode", "That of the system, none, or the one at the given address."),
        example="manual",
        choices=PROXY_MODES,
    ),
    Key(
        name="proxy_url",
        policy_name="ProxyURL",
        kind="text",
        default="",
        parse=_proxy,
        french=("Adresse du proxy", "Sert en mode « manual » : http://proxy:3128, sans identifiant ni mot de passe."),
        english=("Proxy address", "Used in manual mode: http://proxy:3128, without a name or a password."),
        example="http://proxy.cabinet.example:3128",
    ),
    Key(
        name="proxy_exceptions",
        policy_name="ProxyExceptions",
        kind="list",
        default=(),
        parse=_texts,
        french=("Exceptions au proxy", "Noms de machines atteints sans proxy, en mode « manual »."),
        english=("Proxy exceptions", "Hosts that are reached without the proxy, in manual mode."),
        example=("intranet.cabinet.example",),
    ),
    Key(
        name="proxy_user",
        policy_name="ProxyUser",
        kind="text",
        default="",
        parse=_plain_text,
        french=("Compte du proxy", "Nom présenté au proxy. Le mot de passe est demandé, puis gardé au trousseau."),
        english=("Proxy account", "Name given to the proxy. Its password is asked for and kept in the keyring."),
        example="poste-comptable",
    ),
    Key(
        name="ca_file",
        policy_name="CaFile",
        kind="text",
        default="",
        parse=_file,
        french=("Autorité du cabinet", "Fichier PEM ajouté aux autorités du système. La vérification reste active."),
        english=("Company authority", "A PEM file added to the system's authorities. Verification always stays on."),
        example="/etc/ssl/cabinet/autorite.pem",
    ),
    Key(
        name="saved_credentials",
        policy_name="SavedCredentials",
        kind="bool",
        default=True,
        parse=_bool,
        french=("Garder la session", "Désactivé : le trousseau ne garde rien, la session finit avec l’application."),
        english=("Keep the session", "Off: nothing is put in the keyring, the session ends with the application."),
        example=False,
    ),
    Key(
        name="lock_after",
        policy_name="LockAfter",
        kind="choice",
        default="30",
        parse=_choice(*LOCK_DELAYS),
        french=("Verrouillage", "Minutes sans activité avant le verrouillage. Imposé, c’est un maximum."),
        english=("Locking", "Minutes without activity before the window locks. Enforced, it is a maximum."),
        example="15",
        choices=LOCK_DELAYS,
    ),
    Key(
        name="offline_days",
        policy_name="OfflineDays",
        kind="number",
        default=0,
        parse=_number(*OFFLINE_DAYS),
        french=("Jours hors connexion", "Sans le serveur pendant ce temps, les copies locales s’effacent. 0 : jamais."),
        english=("Days offline", "Without the server for so many days, local copies are erased. 0 is never."),
        example=30,
        bounds=OFFLINE_DAYS,
    ),
    Key(
        name="update_notice",
        policy_name="UpdateNotice",
        kind="bool",
        default=True,
        parse=_bool,
        french=("Avis de mise à jour", "Dire qu’une version plus récente existe. Rien ne s’installe seul."),
        english=("Update notice", "Say that a newer version exists. The application never installs anything."),
        example=False,
    ),
    Key(
        name="updates_url",
        policy_name="UpdatesURL",
        kind="text",
        default="",
        parse=_optional_address,
        french=("Adresse des mises à jour", "Adresse https du manifeste signé. Vide : rien n’est demandé."),
        english=("Updates address", "The https address of the signed manifest. Empty: nothing is asked."),
        example="https://comptexpert.example/desktop/manifest.json",
    ),
    Key(
        name="desktop_notifications",
        policy_name="DesktopNotifications",
        kind="bool",
        default=True,
        parse=_bool,
        french=("Notifications du bureau", "Annoncer les nouveautés par le système, sans jamais nommer personne."),
        english=("Desktop notifications", "Tell news through the system, and never name anybody."),
        example=False,
    ),
    Key(
        name="start_at_sign_in",
        policy_name="StartAtSignIn",
        kind="bool",
        default=False,
        parse=_bool,
        french=("Démarrer avec la session", "L’application s’ouvre avec la session de l’ordinateur."),
        english=("Start with the session", "The application opens when the person signs in to the computer."),
        example=True,
    ),
    Key(
        name="log_level",
        policy_name="LogLevel",
        kind="choice",
        default="info",
        parse=_choice(*LOG_LEVELS),
        french=("Niveau du journal", "Ce que le journal du poste retient, sans donnée personnelle."),
        english=("Log level", "What the log of the machine keeps, without personal data."),
        example="debug",
        choices=LOG_LEVELS,
    ),
    Key(
        name="language",
        policy_name="Language",
        kind="choice",
        default="fr",
        parse=_choice(*LANGUAGES),
        french=("Langue", "Le français est la seule langue de cette version."),
        english=("Language", "French is the only language of this version."),
        example="fr",
        choices=LANGUAGES,
    ),
)  # fmt: skip
BY_NAME = {key.name: key for key in KEYS}
BY_POLICY_NAME = {key.policy_name: key for key in KEYS}
