"""The desk's addresses, once its pages are registered."""

from __future__ import annotations

from comptexpert_server.desk import admin, people_pages, upkeep
from comptexpert_server.desk.site import desk

PAGES = (
    admin.EntryAdmin,
    admin.FileAdmin,
    admin.MandateAdmin,
    admin.CertificateAdmin,
    people_pages.PersonAdmin,
    upkeep.DeliveryAdmin,
    upkeep.SetAsideAdmin,
)
urls = desk.urls
