"""Terms that move: what is not sent is computed anew, what is sent is flagged."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from services.subsidies.consumers import CONSUMES
from shared.db import Tx
from shared.events.subsidies import SubsidyAssessed
from tests.databases import deliver, published
from tests.subsidies.acts import SSI, hear, prepare, submitted, the_request
from tests.subsidies.facts import AMOUNT, STARTS_ON, Case


def test_fewer_hours_are_computed_anew_before_it_is_sent(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    hear(tx, case.changed("hours", hours_per_week=Decimal(30)))
    request = the_request(tx, case)
    assert (request.state, request.amount_cents, request.flags) == ("ready", AMOUNT * 30 * 2 // 75, [])


def test_a_start_that_moves_moves_the_window(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    hear(tx, case.changed("start_moved", starts_on=date(2026, 6, 1)))
    request = the_request(tx, case)
    assert (request.starts_on, request.apply_until) == (date(2026, 6, 1), date(2026, 7, 1))


def test_a_wage_does_not_move_the_start(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    hear(tx, case.changed("wage", wage_cents=2000, starts_on=date(2026, 9, 1)))
    assert the_request(tx, case).starts_on == STARTS_ON


@pytest.mark.parametrize("kind", ["wage", "hours", "advancement"])
def test_what_the_ministry_has_is_flagged_and_stays(tx: Tx, kind: str) -> None:
    case = Case()
    submitted(tx, case)
    hear(tx, case.changed(kind, date(2026, 9, 1), wage_cents=3200))
    request = the_request(tx, case)
    assert (request.state, request.amount_cents) == ("submitted", AMOUNT)
    assert request.flags == [{"code": "terms_changed", "kind": kind, "effective_on": "2026-09-01"}]


def test_the_same_terms_are_nothing_to_do(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    before = len(published(tx, SubsidyAssessed))
    hear(tx, case.changed("other"))
    assert len(published(tx, SubsidyAssessed)) == before


def test_a_change_heard_before_its_hire_waits_and_a_redelivered_one_counts_once(tx: Tx) -> None:
    case, event_id = Case(), uuid4()
    assert hear(tx, case.changed("wage", wage_cents=1)) == ["waiting"]
    other = Case()
    submitted(tx, other)
    change = other.changed("wage", wage_cents=3000)
    assert deliver(tx, CONSUMES, change, event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, change, event_id=event_id) == "duplicate"
    assert len(the_request(tx, other).flags) == 1
    assert the_request(tx, other, SSI).flags == []


def test_a_change_of_an_erased_person_passes_without_a_trace(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    hear(tx, case.erased())
    assert hear(tx, case.changed("wage", wage_cents=1), case.introduced()) == ["handled", "handled"]
    assert published(tx) == []
    assert tx.value("SELECT count(*) FROM introductions") == 0
