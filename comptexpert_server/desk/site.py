"""The desk as a site: who comes in, and through which door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from comptexpert_server.accounts.models import Account
from comptexpert_server.sessions.sign_ins import latest_sign_in

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class DeskSite(AdminSite):
    """A Django admin of our own: nothing is registered on it that we did not write."""

    site_title = "Bureau du Conseil régional"
    site_header = "Comptexpert – Bureau du Conseil régional"
    index_title = "Dossiers et corrections"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in the active operators of a council, with the second factor that the settings want."""
        return is_operator(request.user) and not lacks_factor(request.user) and not lacks_proof(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the one sign-in page, where tries are counted and the second factor is asked."""
        del extra_context
        if not request.user.is_authenticated:
            query = urlencode({"next": request.GET.get("next") or reverse("desk:index")})
            return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
        if is_operator(request.user) and lacks_factor(request.user):
            return HttpResponseRedirect(reverse("mfa_index"))
        if is_operator(request.user) and lacks_proof(request):
            query = urlencode({"next": request.GET.get("next") or reverse("desk:index")})
            return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{query}")
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("desk:index"))
        raise PermissionDenied


def is_operator(user: Account | AnonymousUser) -> bool:
    """Tell whether somebody works for a council, or runs the server."""
    return isinstance(user, Account) and user.is_active and user.is_staff and bool(user.council or user.is_superuser)


def lacks_factor(user: Account | AnonymousUser) -> bool:
    """Tell whether the settings want a second factor that the account has not."""
    return settings.FACTOR_REQUIRED and not is_mfa_enabled(user)


def lacks_proof(request: HttpRequest) -> bool:
    """Return whether the settings want a second factor that this session was not proven with."""
    return settings.FACTOR_REQUIRED and not latest_sign_in(request).second_factor


desk = DeskSite(name="desk")
