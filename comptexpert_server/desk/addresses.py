"""The desk's addresses, once its pages are registered."""

from __future__ import annotations

from comptexpert_server.desk import admin
from comptexpert_server.desk.site import desk

PAGES = (admin.EntryAdmin, admin.FileAdmin, admin.MandateAdmin, admin.CertificateAdmin)
urls = desk.urls
