"""What stops a request, in whatever order it is heard."""

from collections.abc import Callable
from datetime import date, timedelta

import psycopg
import pytest

from services.subsidies.consumers import CONSUMES
from shared.db import Tx
from shared.errors import NotYet
from shared.events.base import Event
from shared.events.matching import CandidateHired
from shared.events.subsidies import SubsidyEnded, SubsidyRequested
from shared.messaging.inbox import Inbox, Outcome
from shared.messaging.retry import retry_key
from tests.databases import Databases, envelope_of, published
from tests.subsidies.acts import (
    confirm,
    decide,
    everything_stored,
    fire,
    hear,
    notices,
    prepare,
    register,
    submitted,
    the_request,
)
from tests.subsidies.facts import STARTS_ON, TODAY, Case, approval

ClockAt = Callable[[date], None]


def ends(tx: Tx) -> list[tuple[str, date]]:
    return [(e.reason, e.ended_on) for e in published(tx, SubsidyEnded) if isinstance(e, SubsidyEnded)]


def test_the_end_of_a_job_ends_its_request_before_it_is_sent(tx: Tx) -> None:
    case = Case()
    hear(tx, *case.everything(), case.ended(date(2026, 3, 20)))
    assert ends(tx) == [("employment_ended", date(2026, 3, 20))]
    assert notices(tx) == []
    hear(tx, case.profile_changed(months_in_field_quebec=3), case.hired())
    request = the_request(tx, case)
    assert request.state == "ended"


def test_the_end_of_a_job_ends_a_request_the_ministry_has_and_tells_it(tx: Tx) -> None:
    case = Case()
    request = submitted(tx, case)
    hear(tx, case.ended())
    assert ends(tx) == [("employment_ended", TODAY)]
    about = str(request.request_id)
    assert notices(tx) == [("subsidy_request.submitted", about), ("subsidy_request.ended", about)]


def test_the_end_of_a_job_ends_an_approved_subsidy_and_its_timers(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    decide(tx, approval(submitted(tx, case).request_id))
    hear(tx, case.ended())
    clock_at(STARTS_ON + timedelta(weeks=40))
    assert fire(tx) == 0
    assert ends(tx) == [("employment_ended", TODAY)]


def test_the_end_of_a_job_without_a_request_is_nothing_to_do(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(), case.hired(in_field=False), case.ended())
    assert ends(tx) == []


def test_an_end_heard_before_its_hire_waits_for_it(tx: Tx) -> None:
    case = Case()
    assert hear(tx, case.admitted(), case.registered(), case.consent(), case.ended())[-1] == "waiting"
    with pytest.raises(NotYet) as waits:
        Inbox("subsidies", CONSUMES).handle(tx, envelope_of(case.ended()))
    assert waits.value.waits_for == CandidateHired.type


def test_an_end_that_overtook_its_hire_has_the_outcome_of_the_right_order(databases: Databases) -> None:
    """Through the inbox and its waiting keys, on a database that commits."""
    outcomes = []
    for overtaken in (False, True):
        case, url = Case(), databases.fresh("subsidies")
        hire, end = case.hired(), case.ended()
        order: tuple[Event, ...] = (end, hire) if overtaken else (hire, end)
        with psycopg.connect(url) as conn:
            inbox = Inbox("subsidies", CONSUMES)
            heard = [
                inbox.handle_once(conn, envelope_of(event))
                for event in (case.admitted(), case.registered(), case.consent(), *order)
            ]
            if overtaken:
                assert heard[-2:] == [Outcome.WAITING, Outcome.QUEUED]
                assert retry_key(conn, inbox, str(case.candidate_id)) == Outcome.HANDLED
            said = conn.execute("SELECT type FROM journal ORDER BY position").fetchall()
            stands = conn.execute("SELECT state, end_reason, submitted_at FROM requests").fetchall()
            left = conn.execute("SELECT count(*) FROM waiting_events").fetchall()
            told = conn.execute("SELECT count(*) FROM webhook_deliveries").fetchall()
            outcomes.append((said, stands, left, told))
    assert outcomes[0] == outcomes[1]
    assert outcomes[1][1:] == ([("ended", "employment_ended", None)] * 2, [(0,)], [(0,)])


def test_a_cancelled_hire_is_not_sent(tx: Tx) -> None:
    case = Case()
    hear(tx, *case.everything(), case.cancelled())
    assert ends(tx) == [("hire_cancelled", TODAY)]
    with pytest.raises(Exception, match="has ended"):
        confirm(tx, case)
    assert published(tx, SubsidyRequested) == []


@pytest.mark.parametrize("sent", [False, True])
def test_consent_withdrawn_before_the_decision_stops_the_request(tx: Tx, sent: bool) -> None:
    case = Case()
    prepare(tx, case)
    if sent:
        confirm(tx, case)
    hear(tx, case.consent_withdrawn())
    assert ends(tx) == [("consent_withdrawn", TODAY)]
    assert len(notices(tx)) == (2 if sent else 0)


def test_consent_withdrawn_after_approval_leaves_the_subsidy(tx: Tx) -> None:
    case = Case()
    decide(tx, approval(submitted(tx, case).request_id))
    hear(tx, case.consent_withdrawn())
    assert ends(tx) == []


def test_consent_given_anew_prepares_a_new_request(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    hear(tx, case.consent_withdrawn())
    first = the_request(tx, case)
    hear(tx, Case(case.candidate_id).consent())
    register(tx, case, "eligibility_letter")  # the earlier one went with the earlier request
    second = the_request(tx, case)
    assert first.request_id != second.request_id
    assert (first.state, second.state) == ("ended", "ready")


def test_an_erased_person_leaves_amounts_and_nothing_else(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    request = submitted(tx, case)
    decide(tx, approval(request.request_id, note="canari-7"))
    hear(tx, case.erased())
    left = tx.conn.execute(
        "SELECT candidate_id, file_number, facts, criteria, lines, starts_on, amount_cents, state FROM requests"
        " WHERE measure = 'priime'"
    ).fetchall()
    assert left == [(None, None, None, None, None, None, request.amount_cents, "ended")]
    stored = everything_stored(tx)
    for trace in ("2026-0318", "canari-7", "permanent_resident", "2024-09-01", "11101"):
        assert trace not in stored
    assert notices(tx)[-1][0] == "subsidy_request.ended"
    assert published(tx) == []
    clock_at(date(2027, 3, 1))
    assert fire(tx) == 0


def test_whatever_is_heard_of_an_erased_person_passes_without_a_trace(tx: Tx) -> None:
    case = Case()
    hear(tx, *case.everything(), case.erased())
    late = hear(tx, case.ended(), case.cancelled(), case.hired(), case.consent(), case.profile_changed())
    assert late == ["handled"] * 5
    assert published(tx) == []
    assert "permanent_resident" not in everything_stored(tx)


def test_another_person_is_not_touched_by_an_erasure(tx: Tx) -> None:
    gone, stays = Case(), Case()
    prepare(tx, gone)
    prepare(tx, stays)
    hear(tx, gone.erased())
    request = the_request(tx, stays)
    assert (request.state, request.candidate_id) == ("ready", stays.candidate_id)
