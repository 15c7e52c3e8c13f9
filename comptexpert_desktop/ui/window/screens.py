"""The screens of the window, in the order of the navigation; each is imported when it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.ui.destinations import (
    ACCOUNT,
    DELEGATIONS,
    FIRM,
    NOTICES,
    OUTBOX,
    PERSON,
    REVIEWS,
    RIGHTS,
    SERVICES,
    SETTINGS,
    SIGNUPS,
    VAULT,
)
from comptexpert_desktop.ui.window.navigation import NavItem
from comptexpert_desktop.ui.window.screen_stack import ScreenSpec

if TYPE_CHECKING:
    from comptexpert_desktop.ui.account import screen as account
    from comptexpert_desktop.ui.delegations import screen as delegations
    from comptexpert_desktop.ui.firm import screen as firm
    from comptexpert_desktop.ui.notices import screen as notices
    from comptexpert_desktop.ui.outbox import screen as outbox
    from comptexpert_desktop.ui.people import screen as people
    from comptexpert_desktop.ui.reviews import screen as reviews
    from comptexpert_desktop.ui.rights import screen as rights
    from comptexpert_desktop.ui.services import screen as services
    from comptexpert_desktop.ui.settings import screen as settings
    from comptexpert_desktop.ui.signup import signups_screen as signups
    from comptexpert_desktop.ui.vault import screen as vault
else:
    account = lazy("comptexpert_desktop.ui.account.screen")
    delegations = lazy("comptexpert_desktop.ui.delegations.screen")
    firm = lazy("comptexpert_desktop.ui.firm.screen")
    notices = lazy("comptexpert_desktop.ui.notices.screen")
    outbox = lazy("comptexpert_desktop.ui.outbox.screen")
    people = lazy("comptexpert_desktop.ui.people.screen")
    reviews = lazy("comptexpert_desktop.ui.reviews.screen")
    rights = lazy("comptexpert_desktop.ui.rights.screen")
    services = lazy("comptexpert_desktop.ui.services.screen")
    settings = lazy("comptexpert_desktop.ui.settings.screen")
    signups = lazy("comptexpert_desktop.ui.signup.signups_screen")
    vault = lazy("comptexpert_desktop.ui.vault.screen")


# ruff: noqa: PLW0108  a lambda reads a name from a lazy module only when its screen is built


def specs() -> tuple[ScreenSpec, ...]:
    """List the screens."""
    return (
        ScreenSpec(NavItem(SIGNUPS, "Mes inscriptions", "user-plus"), lambda made: signups.SignupsScreen(made)),
        ScreenSpec(NavItem(DELEGATIONS, "Délégations", "handshake"), lambda made: delegations.DelegationsScreen(made)),
        ScreenSpec(NavItem(RIGHTS, "Qui peut\u00a0?", "users"), lambda made: rights.RightsScreen(made)),
        ScreenSpec(NavItem(FIRM, "Cabinet", "building"), lambda made: firm.FirmScreen(made)),
        ScreenSpec(NavItem(SERVICES, "Mes services", "grid"), lambda made: services.ServicesScreen(made)),
        ScreenSpec(NavItem(OUTBOX, "Boîte d’envoi", "outbox"), lambda made: outbox.OutboxScreen(made)),
        ScreenSpec(NavItem(NOTICES, "Notifications", "bell"), lambda made: notices.NoticesScreen(made)),
        ScreenSpec(NavItem(SETTINGS, "Réglages", "settings"), lambda made: settings.SettingsScreen(made)),
        ScreenSpec(NavItem(REVIEWS, "Revue annuelle", "list"), lambda made: reviews.ReviewsScreen(made), False),
        ScreenSpec(NavItem(PERSON, "Personne", "user"), lambda made: people.PersonScreen(made), False),
        ScreenSpec(NavItem(VAULT, "Identifiants enregistrés", "key"), lambda made: vault.VaultScreen(made), False),
        ScreenSpec(NavItem(ACCOUNT, "Mon compte", "user"), lambda made: account.AccountScreen(made), False),
    )
