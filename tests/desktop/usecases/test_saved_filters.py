"""The named views of a person outlive everything that happens to the key that seals them."""

from __future__ import annotations

from comptexpert_desktop.domain.delegation import Role
from comptexpert_desktop.domain.saved_view import Look, SavedView
from comptexpert_desktop.usecases.delegations import saved_filters


def names(desk, *, role=Role.GRANTOR):
    return [view.name for view in saved_filters.every(desk.stores, role=role)]


def keep(desk, name):
    saved_filters.keep(desk.stores, role=Role.GRANTOR, view=SavedView(name, Look("all")))


def with_keyring(desk, kept):
    """Work from now on with another keyring, where the person has signed in."""
    desk.vault.kept = kept
    desk.restart()
    desk.sign_in()


def test_views_that_another_keyring_sealed_are_there_again_with_it(desk):
    desk.sign_in()
    keep(desk, "Lundi")
    first, other = desk.vault.kept, {}
    with_keyring(desk, other)
    assert names(desk) == []
    keep(desk, "Ailleurs")
    keep(desk, "Encore")
    with_keyring(desk, first)
    assert names(desk) == ["Lundi"]
    keep(desk, "Mardi")
    with_keyring(desk, other)
    assert names(desk) == ["Ailleurs", "Encore"]
    saved_filters.delete(desk.stores, role=Role.GRANTOR, name="Encore")
    with_keyring(desk, first)
    assert names(desk) == ["Lundi", "Mardi"]


def test_a_view_of_the_other_side_is_another_one(desk):
    desk.sign_in()
    keep(desk, "Lundi")
    assert names(desk, role=Role.GRANTEE) == []
