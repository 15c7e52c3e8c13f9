"""The search contract: how names are folded and what finds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptexpert_desktop.domain.name_search import Key, fold, keys, number_prefix, prefixes, typo_prefixes
from comptexpert_desktop.domain.typed_values import clean_number
from tests.desktop.domain import oracle

NAMES = st.text(alphabet=st.sampled_from("abcdeéèçœæøłßʼ'’- \u00a0\u00adÀÉÎLMR0123ﬁ"), max_size=14)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lefèvre", ["lefevre"]),
        ("LEFEVRE", ["lefevre"]),
        ("Lefe\u0300vre", ["lefevre"]),
        ("Œuvrard-Bœuf", ["oeuvrard", "boeuf"]),
        ("Strauß", ["strauss"]),
        ("L’Hermitte", ["l", "hermitte"]),
        ("LʼHermitte", ["l", "hermitte"]),
        ("d'Aubigné\u00a0de\u202fPins", ["d", "aubigne", "de", "pins"]),
        ("Le\u00adGall", ["legall"]),
        ("Łukasz Øster", ["lukasz", "oster"]),
        ("  ", []),
    ],
)
def test_accents_case_ligatures_and_signs_do_not_matter(text, expected):
    assert fold(text) == expected


@given(NAMES)
def test_folding_is_what_the_plain_reading_of_the_contract_gives(text):
    assert fold(text) == oracle.words(text)


def test_each_part_of_a_surname_is_a_key_and_particles_keep_the_first_rank():
    assert keys(surname="de La Tour-Dupont", given_name="Anne Marie") == [
        Key(0, "delatourdupont annemarie"),
        Key(0, "latourdupont annemarie"),
        Key(0, "tourdupont annemarie"),
        Key(1, "dupont annemarie"),
    ]


def test_surname_then_given_name_on_one_line_may_be_cut_anywhere():
    assert prefixes("le gall je") == ["le gallje", "legall je", "legallje"]
    assert prefixes("") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("140 000", "140000"), ("FR-123", "fr123"), ("12", ""), ("martin", ""), ("abc123", ""), ("123x", "")],
)
def test_three_digits_make_a_number_of_a_query(text, expected):
    assert number_prefix(text) == expected


def test_a_number_loses_what_people_add_to_it():
    assert clean_number(" 14.00-00 00\u202f12\u201034 ") == "140000001234"


def test_short_queries_are_never_corrected():
    assert typo_prefixes("mar", alphabet="abc") == []


@given(st.text(alphabet="abcd", min_size=4, max_size=6), st.text(alphabet="abcd", min_size=1, max_size=8))
def test_a_part_is_reached_by_a_typo_exactly_when_one_of_its_beginnings_is_one_edit_away(query, part):
    near = any(oracle.distance(part[:end], query) <= 1 for end in range(len(part) + 1))
    variants = typo_prefixes(query, alphabet="abcd")
    assert any(part.startswith(variant) for variant in variants) == near


@given(st.text(alphabet="abcd", min_size=4, max_size=8))
def test_no_variant_is_the_beginning_of_another(query):
    variants = typo_prefixes(query, alphabet="abcd")
    assert not any(one != other and other.startswith(one) for one in variants for other in variants)
