"""The WSGI application, for granian."""

from __future__ import annotations

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptexpert_server.config.settings")
_everything = get_wsgi_application()
application = import_module("comptexpert_server.web.admission").Admission(_everything)
"""Imported once Django is set up: it reads models."""
