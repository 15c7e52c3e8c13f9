"""The yearly review of a firm's rights."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewsApp(AppConfig):
    """The yearly review of a firm's rights."""

    name = "comptexpert_server.reviews"
    label = "reviews"
