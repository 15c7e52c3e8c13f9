"""The desk's addresses, once its pages are registered."""

from __future__ import annotations

from comptexpert_server.desk import admin, people_pages, upkeep, vacancy_pages
from comptexpert_server.desk.site import desk

PAGES = (
    admin.EntryAdmin,
    admin.FileAdmin,
    admin.MandateAdmin,
    admin.CertificateAdmin,
    people_pages.PersonAdmin,
    vacancy_pages.VacancyAdmin,
    upkeep.DeliveryAdmin,
    upkeep.SetAsideAdmin,
)
urls = desk.urls
