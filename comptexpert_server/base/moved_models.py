"""A model that moves to another room keeps its rows, and who may do what with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_permissions(model: str, *, before: str, after: str) -> migrations.RunPython:
    """Return the step of a migration that moves the content type of a model from one room to another.

    Permissions, and whoever holds them, hang on the content type: without this step each migrate would make a new one,
    and what was granted would stay with a model that no longer exists. Migrations that use it depend on
    `contenttypes`.
    """

    def forward(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        _move(apps, editor, model=model, before=before, after=after)

    def backward(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        _move(apps, editor, model=model, before=after, after=before)

    return migrations.RunPython(forward, backward)


def _move(apps: Apps, editor: BaseDatabaseSchemaEditor, *, model: str, before: str, after: str) -> None:
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(editor.connection.alias)
    if not kinds.filter(app_label=after, model=model).exists():
        kinds.filter(app_label=before, model=model).update(app_label=after)
