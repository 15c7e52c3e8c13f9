"""The one declaration of the settings: what each is called, takes and is worth; the policy templates come from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.errors import InvalidInput, Problem
from comptexpert_desktop.settings import proxy_exceptions, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from comptexpert_desktop.settings.values import Value

DEFAULT_SERVER = "https://comptexpert.example"
CLIENT_ID = "comptexpert-desktop"


class Imposed(NamedTuple):
    """What a policy comes to for one setting."""

    value: Value
    problem: str = ""
    is_lost: bool = False
    """What it meant is unknown and nothing is closed enough: the program must not start."""


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: `name` in JSON files, `policy_name` in the registry of Windows and in profiles of macOS."""

    name: str
    policy_name: str
    kind: str
    """`text`, `bool`, `number`, `list` or `choice`: how an administrator enters it."""
    default: Value
    closed: Value | None
    """What holds where a policy imposes something that means nothing: never more than anything it could have meant.

    None: nothing is closed enough, and the program does not start.
    """
    french: tuple[str, str]
    """Its name and its explanation."""
    english: tuple[str, str]
    example: Value
    parse: Callable[[object], Value] = values.plain_text
    """Of anything but a list."""
    item: Callable[[object], str] = values.filled_text
    """Of a list."""
    choices: tuple[str, ...] = ()
    bounds: tuple[int, int] = (0, 0)
    """Of a number: the least and the most."""
    choice_words: tuple[tuple[str, str], ...] = ()
    """What each choice is called, in French and in English."""
    is_personal: bool = True
    """A person may choose it in their own file; otherwise the machine's administrator alone."""

    def word(self, choice: str, *, language: int = 0) -> str:
        """Return what a choice is called, in French (0) or in English (1)."""
        return self.choice_words[self.choices.index(choice)][language] if choice in self.choices else choice

    def parsed(self, value: object) -> Value:
        """Return the value in its one form; raises InvalidInput."""
        if self.kind in {"text", "choice"} and not isinstance(value, str):
            raise InvalidInput([Problem(self.name, "INVALID_INPUT")])
        if self.kind != "list":
            return self.parse(value)
        if not isinstance(value, list | tuple):
            raise InvalidInput([Problem(self.name, "INVALID_INPUT")])
        return tuple(self.item(one) for one in value)

    def imposed(self, value: object) -> Imposed:
        """Return what holds under a policy that says this: a bad element never widens a list."""
        try:
            return Imposed(self.parsed(value))
        except InvalidInput:
            pass
        kept = self._right_ones(value) if self.kind == "list" and isinstance(value, list | tuple) else ()
        if kept:
            return Imposed(kept, "INVALID_INPUT")
        if self.closed is None:
            return Imposed(self.default, "INVALID_INPUT", is_lost=True)
        return Imposed(self.closed, "INVALID_INPUT")

    def _right_ones(self, value: Iterable[object]) -> tuple[str, ...]:
        kept = []
        for one in value:
            try:
                kept.append(self.item(one))
            except InvalidInput:
                continue
        return tuple(kept)


PROXY_MODES = ("system", "none", "manual", "pac")
LOCK_DELAYS = ("5", "15", "30", "60", "never")
LOG_LEVELS = ("error", "warning", "info", "debug")
LANGUAGES = ("fr",)
SCHEMES = ("auto", "light", "dark")
OFFLINE_DAYS = (0, 3650)

KEYS = (
    Key(
        name="server_url",
        policy_name="ServerURL",
        kind="text",
        default=DEFAULT_SERVER,
        closed=None,
        parse=values.address,
        french=("Adresse du serveur", "Adresse https du serveur Comptexpert. Imposée, elle ne peut pas être changée."),
        english=("Server address", "The https address of the Comptexpert server. Enforced, nobody can change it."),
        example="https://comptexpert.example",
    ),
    Key(
        name="allowed_servers",
        policy_name="AllowedServers",
        kind="list",
        default=(),
        closed=None,
        item=values.address,
        french=("Serveurs autorisés", "L’application refuse tout autre serveur. Liste vide : tous sont acceptés."),
        english=("Allowed servers", "The application refuses any other server. An empty list allows them all."),
        example=("https://comptexpert.example", "https://formation.comptexpert.example"),
    ),
    Key(
        name="proxy_mode",
        policy_name="ProxyMode",
        kind="choice",
        default="system",
        closed="manual",
        parse=values.choice(*PROXY_MODES),
        french=("Mode du proxy", "Celui du système, aucun, celui de l’adresse indiquée, ou celui du script."),
        english=("Proxy mode", "That of the system, none, the one at the given address, or that of the script."),
        example="manual",
        choices=PROXY_MODES,
        choice_words=(
            ("Celui du système", "That of the system"),
            ("Aucun", "None"),
            ("À l’adresse indiquée", "At the given address"),
            ("Selon un script", "By a script"),
        ),
    ),
    Key(
        name="pac_url",
        policy_name="PacURL",
        kind="text",
        default="",
        closed="",
        parse=values.script_address,
        french=("Script du proxy", ("Sert en mode «\u00a0pac\u00a0»\u00a0: adresse http, https ou file: d’un "
        "script (PAC).")),
        english=("Proxy script", "Used in pac mode: the http, https or file: address of a script (PAC)."),
        example="http://proxy.cabinet.example/proxy.pac",
    ),
    Key(
        name="proxy_url",
        policy_name="ProxyURL",
        kind="text",
        default="",
        closed="",
        parse=values.proxy,
        french=("Adresse du proxy", "Sert en mode « manual » : http://proxy:3128, sans identifiant ni mot de passe."),
        english=("Proxy address", "Used in manual mode: http://proxy:3128, without a name or a password."),
        example="http://proxy.cabinet.example:3128",
    ),
    Key(
        name="proxy_exceptions",
        policy_name="ProxyExceptions",
        kind="list",
        default=(),
        closed=(),
        item=proxy_exceptions.one_form,
        french=("Exceptions au proxy", "Noms de machines atteints sans proxy, en mode « manual »."),
        english=("Proxy exceptions", "Hosts that are reached without the proxy, in manual mode."),
        example=("intranet.cabinet.example",),
    ),
    Key(
        name="proxy_user",
        policy_name="ProxyUser",
        kind="text",
        default="",
        closed="",
        parse=values.plain_text,
        french=("Compte du proxy", "Nom présenté au proxy. Le mot de passe est demandé, puis gardé au trousseau."),
        english=("Proxy account", "Name given to the proxy. Its password is asked for and kept in the keyring."),
        example="poste-comptable",
    ),
    Key(
        name="ca_file",
        policy_name="CaFile",
        kind="text",
        default="",
        closed="",
        parse=values.file,
        french=("Autorité du cabinet", "Fichier PEM ajouté aux autorités du système. La vérification reste active."),
        english=("Company authority", "A PEM file added to the system's authorities. Verification always stays on."),
        example="/etc/ssl/cabinet/autorite.pem",
    ),
    Key(
        name="saved_credentials",
        policy_name="SavedCredentials",
        kind="bool",
        default=True,
        closed=False,
        parse=values.yes_or_no,
        french=("Garder la session", "Désactivé : le trousseau ne garde rien, la session finit avec l’application."),
        english=("Keep the session", "Off: nothing is put in the keyring, the session ends with the application."),
        example=False,
    ),
    Key(
        name="lock_after",
        policy_name="LockAfter",
        kind="choice",
        default="30",
        closed="5",
        parse=values.choice(*LOCK_DELAYS),
        french=("Verrouillage", "Minutes sans activité avant le verrouillage. Imposé, c’est un maximum."),
        english=("Locking", "Minutes without activity before the window locks. Enforced, it is a maximum."),
        example="15",
        choices=LOCK_DELAYS,
        choice_words=(
            ("5\u00a0minutes", "5 minutes"),
            ("15\u00a0minutes", "15 minutes"),
            ("30\u00a0minutes", "30 minutes"),
            ("60\u00a0minutes", "60 minutes"),
            ("Jamais", "Never"),
        ),
    ),
    Key(
        name="offline_unlock",
        policy_name="OfflineUnlock",
        kind="bool",
        default=True,
        closed=False,
        parse=values.yes_or_no,
        french=("Déverrouillage par PIN", "Permettre un PIN qui rouvre la fenêtre verrouillée sans connexion."),
        english=("Unlock by PIN", "Let everybody choose a PIN that opens the locked window without a connection."),
        example=False,
        is_personal=False,
    ),
    Key(
        name="offline_days",
        policy_name="OfflineDays",
        kind="number",
        default=0,
        closed=1,
        parse=values.number(*OFFLINE_DAYS),
        french=("Jours hors connexion", ("Sans le serveur pendant ce temps, les copies locales s’effacent. "
        "0\u00a0: jamais.")),
        english=("Days offline", "Without the server for so many days, local copies are erased. 0 is never."),
        example=30,
        bounds=OFFLINE_DAYS,
    ),
    Key(
        name="update_notice",
        policy_name="UpdateNotice",
        kind="bool",
        default=True,
        closed=False,
        parse=values.yes_or_no,
        french=("Avis de mise à jour", "Dire qu’une version plus récente existe. Rien ne s’installe seul."),
        english=("Update notice", "Say that a newer version exists. The application never installs anything."),
        example=False,
    ),
    Key(
        name="updates_url",
        policy_name="UpdatesURL",
        kind="text",
        default="",
        closed="",
        parse=values.optional_address,
        french=("Adresse des mises à jour", "Adresse https du manifeste signé. Vide\u00a0: rien n’est demandé."),
        english=("Updates address", "The https address of the signed manifest. Empty: nothing is asked."),
        example="https://comptexpert.example/desktop/manifest.json",
    ),
    Key(
        name="desktop_notifications",
        policy_name="DesktopNotifications",
        kind="bool",
        default=True,
        closed=False,
        parse=values.yes_or_no,
        french=("Notifications du bureau", "Annoncer les nouveautés par le système, sans jamais nommer personne."),
        english=("Desktop notifications", "Tell news through the system, and never name anybody."),
        example=False,
    ),
    Key(
        name="start_at_sign_in",
        policy_name="StartAtSignIn",
        kind="bool",
        default=False,
        closed=False,
        parse=values.yes_or_no,
        french=("Démarrer avec la session", "L’application s’ouvre avec la session de l’ordinateur."),
        english=("Start with the session", "The application opens when the person signs in to the computer."),
        example=True,
    ),
    Key(
        name="single_keys",
        policy_name="SingleKeys",
        kind="bool",
        default=True,
        closed=False,
        parse=values.yes_or_no,
        french=("Touches d’une lettre", ("Dans une liste, une lettre seule agit\u00a0: A accorde. Les touches "
        "Ctrl restent.")),
        english=("Single-letter keys", "In a list one letter acts: A grants. Keys with Ctrl stay."),
        example=False,
    ),
    Key(
        name="log_level",
        policy_name="LogLevel",
        kind="choice",
        default="info",
        closed="error",
        parse=values.choice(*LOG_LEVELS),
        french=("Niveau du journal", "Ce que le journal du poste retient, sans donnée personnelle."),
        english=("Log level", "What the log of the machine keeps, without personal data."),
        example="debug",
        choices=LOG_LEVELS,
        choice_words=(
            ("Erreurs", "Errors"),
            ("Erreurs et avertissements", "Errors and warnings"),
            ("Informations", "Information"),
            ("Détails techniques", "Technical details"),
        ),
    ),
    Key(
        name="language",
        policy_name="Language",
        kind="choice",
        default="fr",
        closed="fr",
        parse=values.choice(*LANGUAGES),
        french=("Langue", "Le français est la seule langue de cette version."),
        english=("Language", "French is the only language of this version."),
        example="fr",
        choices=LANGUAGES,
        choice_words=(("Français", "French"),),
    ),
    Key(
        name="colour_scheme",
        policy_name="ColourScheme",
        kind="choice",
        default="auto",
        closed="auto",
        parse=values.choice(*SCHEMES),
        french=("Apparence", "Les couleurs de l’application\u00a0: celles du système, claires ou sombres."),
        english=("Appearance", "The colours of the application: those of the system, light or dark."),
        example="light",
        choices=SCHEMES,
        choice_words=(
            ("Automatique, comme le système", "Automatic, like the system"),
            ("Clair", "Light"),
            ("Sombre", "Dark"),
        ),
    ),
    Key(
        name="snapshot_key",
        policy_name="SnapshotKey",
        kind="text",
        default="",
        closed=None,
        parse=values.signing_key,
        french=("Clé de l’annuaire", "Clé Ed25519 de l’annuaire, en base64. Elle l’emporte sur celle du serveur."),
        english=("Registry key", "The Ed25519 key that signs the registry, in base64. It wins over the server's own."),
        example="LL8XRVEZXJeiTRHsdUY8anXxlKhISiLRVNDPzPDfYuI=",
        is_personal=False,
    ),
    Key(
        name="data_dir",
        policy_name="DataDir",
        kind="text",
        default="",
        closed=None,
        parse=values.folder,
        french=("Dossier de données", "Chemin entier, ou sous ~/. ${user} y est le nom du compte de l’ordinateur."),
        english=("Data folder", "A whole path, or one below ~/. ${user} is the account's name. --data-dir is refused."),
        example="~/Comptexpert",
        is_personal=False,
    ),
    Key(
        name="minimum_version",
        policy_name="MinimumVersion",
        kind="text",
        default="",
        closed=None,
        parse=values.version,
        french=("Version minimale", "Une version plus ancienne refuse de démarrer. Vide : aucune."),
        english=("Minimum version", "An older version refuses to start. Empty: none is required."),
        example="0.1.0",
        is_personal=False,
    ),
    Key(
        name="rehearsal",
        policy_name="Rehearsal",
        kind="bool",
        default=True,
        closed=False,
        parse=values.yes_or_no,
        french=("Répétition", "Permettre « demo », avec des personnes fictives et un serveur du poste."),
        english=("Rehearsal", "Allow the demo, with fictitious people and a server on the machine."),
        example=False,
        is_personal=False,
    ),
    Key(
        name="exports",
        policy_name="Exports",
        kind="bool",
        default=True,
        closed=False,
        parse=values.yes_or_no,
        french=("Exports", "Permettre d’enregistrer délégations, échéances et registre dans des fichiers."),
        english=("Exports", "Allow delegations, deadlines and the register to be saved as files."),
        example=False,
        is_personal=False,
    ),
    Key(
        name="support_contact",
        policy_name="SupportContact",
        kind="text",
        default="",
        closed="",
        parse=values.plain_text,
        french=("Assistance", "Qui appeler, montré à l’écran « Réglages » et quand le démarrage est refusé."),
        english=("Support", "Whom to call, shown on the settings screen and when the program refuses to start."),
        example="Service informatique, poste 4242",
        is_personal=False,
    ),
)  # fmt: skip
WAY = frozenset({"proxy_mode", "proxy_url", "pac_url", "proxy_exceptions"})
"""The way to the network, decided whole: a policy that says one of these leaves none of them to the person."""

BY_NAME = {key.name: key for key in KEYS}
BY_POLICY_NAME = {key.policy_name: key for key in KEYS}
