"""The table's model: a count, pages on demand, and no sorting of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtTest import QAbstractItemModelTester

from comptexpert_desktop.domain.delegation import Action, Party, PendingIntent, Role
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.delegations.model import KEPT_PAGES, PAGE, DelegationTableModel
from comptexpert_desktop.ui.widgets.tone_delegate import TONE_ROLE
from tests.desktop.ui import kit

MANY = 100_000


def make_model(*, role: Role = Role.GRANTOR) -> DelegationTableModel:
    model = DelegationTableModel(role=role, today=lambda: kit.TODAY)
    model.set_labels(Labels(kit.catalogue()))
    return model


def texts(model: DelegationTableModel, row: int) -> list[str]:
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def test_a_row_says_person_service_firm_state_and_dates(qapp) -> None:
    model = make_model()
    model.reset_rows([kit.row(kit.active(valid_until=kit.TODAY + timedelta(days=12)))], total=1)
    assert texts(model, 0) == [
        "Lou MARCHETTI",
        "Jesignexpert · préparer un document à signer et signer au nom du cabinet",
        "Cabinet des Aubépines",
        "Active",
        "06/12/2026 · J-12",
        "24/11/2026",
    ]


def test_a_near_end_is_spoken_in_full_and_toned(qapp) -> None:
    model = make_model()
    model.reset_rows([kit.row(kit.active(valid_until=kit.TODAY + timedelta(days=12)))], total=1)
    index = model.index(0, 4)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "06/12/2026, dans 12\u00a0jours"
    assert index.data(TONE_ROLE) == "warning"


def test_a_grantee_sees_the_expert_in_the_first_column(qapp) -> None:
    model = make_model(role=Role.GRANTEE)
    model.reset_rows([kit.row(kit.delegation(), role=Role.GRANTEE)], total=1)
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Expert-comptable"
    assert texts(model, 0)[0] == "Hélène DELORME"
    assert texts(model, 0)[3] == "En attente"


def test_what_waits_here_covers_what_the_server_said(qapp) -> None:
    model = make_model()
    intent = PendingIntent(outbox_id="o", action=Action.REVOKE, status="queued", code="")
    model.reset_rows([kit.row(kit.active(), intent=intent)], total=1)
    state = model.index(0, 3)
    assert state.data() == "PAS ENCORE EFFECTIF"
    assert state.data(TONE_ROLE) == "danger"
    assert not state.data(Qt.ItemDataRole.DecorationRole).isNull()


def test_markup_in_a_name_is_shown_as_it_is(qapp) -> None:
    model = make_model()
    stranger = Party("x", "x", "<b>Théo</b>", "<img src='file:///x'>")
    model.reset_rows([kit.row(kit.delegation(grantee=stranger))], total=1)
    assert texts(model, 0)[0].startswith("<b>Théo</b>")
    tip = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>" not in tip
    assert "<img" not in tip.lower()


def test_a_missing_page_is_asked_once_and_shown_when_it_comes(qapp, qtbot) -> None:
    model = make_model()
    model.reset_rows([kit.row(kit.delegation(n)) for n in range(PAGE)], total=MANY)
    asked: list[int] = []
    model.page_needed.connect(asked.append)
    far = 7 * PAGE + 3
    assert texts(model, far)[0] == "…"
    assert texts(model, far + 1)[0] == "…"
    assert asked == [7]
    with qtbot.waitSignal(model.dataChanged):
        model.fill_page([kit.row(kit.delegation(n)) for n in range(PAGE)], page=7)
    assert texts(model, far)[0] == "Lou MARCHETTI"


def test_the_page_used_longest_ago_is_forgotten(qapp) -> None:
    model = make_model()
    model.reset_rows([kit.row(kit.delegation(n)) for n in range(PAGE)], total=MANY)
    asked: list[int] = []
    model.page_needed.connect(asked.append)
    for page in range(1, KEPT_PAGES + 1):
        model.fill_page([kit.row(kit.delegation(n)) for n in range(PAGE)], page=page)
    assert model.row_at(KEPT_PAGES * PAGE) is not None
    assert model.row_at(0) is None
    assert asked == [0]


def test_a_hundred_thousand_rows_are_counted_and_never_held(qapp) -> None:
    model = make_model()
    model.reset_rows([kit.row(kit.delegation(n)) for n in range(PAGE)], total=MANY)
    assert model.rowCount() == MANY
    model.page_needed.connect(lambda page: model.fill_page([kit.row(kit.delegation(page))] * PAGE, page=page))
    for row in range(0, MANY, PAGE // 2):
        model.row_at(row)
    assert sum(1 for row in range(0, MANY, PAGE) if model.find(f"del-{row // PAGE:06}") is not None) <= KEPT_PAGES


def test_sorting_is_asked_of_sql_with_the_key_of_the_column(qapp) -> None:
    model = make_model()
    asked: list[tuple[str, bool]] = []
    model.sort_changed.connect(lambda key, descending: asked.append((key, descending)))
    model.sort(4, Qt.SortOrder.DescendingOrder)
    model.sort(0, Qt.SortOrder.AscendingOrder)
    model.sort(-1, Qt.SortOrder.AscendingOrder)
    assert asked == [("valid_until", True), ("person", False), ("", False)]


def test_no_proxy_sorts_or_filters_the_table(qapp) -> None:
    assert not issubclass(DelegationTableModel, QSortFilterProxyModel)


def test_a_chosen_delegation_is_found_by_its_id(qapp) -> None:
    model = make_model()
    model.reset_rows([kit.row(kit.delegation(n)) for n in range(5)], total=5)
    assert model.find("del-000003") == 3
    assert model.find("del-000009") is None


@pytest.mark.parametrize("total", [0, 1, 450])
def test_qt_finds_no_fault_in_the_model(qapp, total: int) -> None:
    model = make_model()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    rows = [kit.row(kit.delegation(n)) for n in range(min(total, PAGE))]
    model.reset_rows(rows, total=total)
    model.page_needed.connect(lambda page: model.fill_page(rows, page=page))
    model.reset_rows(rows[:1], total=min(total, 1))
    assert tester.model() is model
