"""The client and the server fold names alike: an index of one answers the questions of the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptexpert_desktop.domain import name_search
from comptexpert_server.registry import name_folding as served

NAMES = st.text(alphabet=st.characters(codec="utf-8"), max_size=16)


def test_both_know_the_version_of_their_folding():
    assert served.FOLD_VERSION == name_search.FOLD_VERSION


@given(NAMES)
def test_both_fold_alike(text):
    assert list(served.fold(text)) == name_search.fold(text)


@pytest.mark.parametrize("surname", ["de La Tour-Dupont", "Œuvrard", "LʼHermitte", "ait Ali", "Le Gall", "D'", ""])
def test_both_make_the_same_keys(surname):
    made = [(key.tier, key.text) for key in name_search.keys(surname=surname, given_name="Anne-Marie")]
    assert served.name_keys(surname, given_name="Anne-Marie") == made
