"""The day of the yearly review is understood where a cabinet is read, before it is kept or shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.firm import PendingSetting
from comptexpert_desktop.domain.firm_documents import read_firm_page
from tests.fakes import NOW
from tests.fakes_firm import a_firm_page

WRONG = ("hier", "13-01", "02-30", "2-3", "03-01 ", "2026-03-01", "<b>")


@pytest.mark.parametrize("day", WRONG)
def test_a_day_that_is_none_is_refused(day):
    with pytest.raises(MALFORMED):
        read_firm_page(codec.write(replace(a_firm_page(), review_on=day)))


@pytest.mark.parametrize("day", WRONG)
def test_a_change_to_a_day_that_is_none_is_refused(day):
    waiting = PendingSetting(
        setting="review_on", value=day, asked_by="a-1", asked_by_name="Hugo GARNIER", takes_effect_at=NOW
    )
    with pytest.raises(MALFORMED):
        read_firm_page(codec.write(replace(a_firm_page(), pending_settings=(waiting,))))


@pytest.mark.parametrize("day", ["", "03-01", "02-29", "12-31"])
def test_a_day_of_every_year_and_none_at_all_are_read(day):
    assert read_firm_page(codec.write(replace(a_firm_page(), review_on=day))).review_on == day
