"""A hundred times the delegations, the entries and the accounts: no call takes twice its time, none reads a large table whole.

`COMPTEXPERT_BENCH_DELEGATIONS` makes the large database smaller, `COMPTEXPERT_BENCH_PEOPLE` asks for fewer people.
"""

from __future__ import annotations

import pytest

from tests.benchmarks import server_delegations

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]


def test_a_hundred_times_the_data_costs_no_call_twice_its_time() -> None:
    figures = server_delegations.measure()
    for figure in figures:
        print(figure.line())
    assert [figure.line() for figure in figures if not figure.is_held] == []
