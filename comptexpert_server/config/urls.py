"""The addresses of the server."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from comptexpert_server.accounts.services import count_denied
from comptexpert_server.config.api import api
from comptexpert_server.delegations.jobs import count_due
from comptexpert_server.desk import addresses as desk
from comptexpert_server.me import account_pages, mandate_pages, pages, signup_pages
from comptexpert_server.sso import guards, tokens
from comptexpert_server.web import metrics, views


def closed(_request: HttpRequest) -> HttpResponse:
    """Close an address that a library opens."""
    raise Http404


urlpatterns = [
    path("api/v1/", api.urls),  # before the others, which are tried one by one
    path("healthz", views.health),
    path("readyz", views.readiness),
    path("metrics", metrics.show, {"count_due": count_due, "count_denied": count_denied}),
    path(".well-known/comptexpert", views.discovery),
    path("assets/<str:name>", views.asset, name="asset"),
    path("", pages.home, name="signed_in"),
    path("inscription/", pages.about_signup, name="about_signup"),
    path("inscription/creer/", signup_pages.create, name="signup"),
    path("delegation/<uuid:number>/", pages.show_case, name="case"),
    path("cabinet/<uuid:number>/", pages.show_firm, name="firm_page"),
    path("aide/", pages.show_help, name="help"),
    re_path(r"^activation/(?P<token>[A-Za-z0-9_-]{20,80})/$", pages.activate, name="activate"),
    re_path(r"^pas-moi/(?P<token>[A-Za-z0-9_-]{20,80})/$", pages.deny, name="deny"),
    re_path(r"^adresse/(?P<token>[A-Za-z0-9_-]{20,80})/$", account_pages.answer_address_change, name="address_change"),
    path("compte/moi/", account_pages.own_account, name="own_account"),
    path("compte/mandat/", mandate_pages.mandate, name="mandate"),
    path("compte/moi/donnees/", account_pages.download_data, name="own_data"),
    path("compte/moi/fermer/", account_pages.close, name="close_account"),
    path("identity/o/authorize", guards.authorize),
    path("identity/o/api/token", tokens.token),
    path("identity/o/api/revoke", tokens.revoke),
    path("identity/o/logout", guards.log_out),
    path("identity/o/device", closed),
    path("identity/o/api/device/code", closed),
    path("", include("allauth.idp.urls")),
    path("compte/signup/", closed),
    path("compte/email/", closed),
    path("compte/password/reset/", pages.ask_reset),
    path("compte/", include("allauth.account.urls")),
    path("compte/2fa/", include("allauth.mfa.urls")),
    path("compte/sessions/", include("allauth.usersessions.urls")),
    path("admin/logout/", RedirectView.as_view(pattern_name="account_logout")),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", desk.urls),
    re_path(r"^static/(?P<path>admin/[a-z0-9/._-]+)$", views.desk_asset),
]

handler429 = "comptexpert_server.web.too_many.show_library_limit"
handler500 = "comptexpert_server.web.views.show_fault"
