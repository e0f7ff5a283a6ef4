"""Workshops for candidates, training for companies."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.intake.domain.sessions import NotHeldYet, SessionFull, SessionOver
from services.intake.handlers.erasure import erase_candidate
from services.intake.handlers.trainings import (
    CompanyAlreadyNoted,
    enrol_company,
    leave_training,
    open_training,
    record_company_attendance,
)
from services.intake.handlers.workshops import (
    PersonNotAccompanied,
    enrol_candidate,
    leave_workshop,
    open_workshop,
    record_attendance,
    report_attendance,
    report_attendance_at,
)
from services.intake.store import accompaniment, sessions
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound, Refused
from shared.events.intake import CompanyTrainingHeld, WorkshopAttended
from tests.databases import attempt, published
from tests.intake.people import admitted, employer, partner, refer, rows


def today(tx: Tx) -> date:
    return clock.local_date(tx.now)


def a_workshop(tx: Tx, places: int = 2, partner_id: UUID | None = None) -> UUID:
    return open_workshop(tx, "interview", partner_id, today(tx), 120, places).session_id


def a_training(tx: Tx, places: int = 5) -> UUID:
    return open_training(tx, "diversity_management", None, today(tx), 180, places).session_id


def move(tx: Tx, session_id: UUID, days: int) -> None:
    tx.run("UPDATE sessions SET held_on = held_on + %s WHERE session_id = %s", (days, session_id))


def test_a_workshop_is_attended_by_who_was_there(tx: Tx) -> None:
    runner = partner(tx)
    session = a_workshop(tx, partner_id=runner)
    there, away = refer(tx).candidate_id, admitted(tx).candidate_id
    places = [enrol_candidate(tx, session, person) for person in (there, away)]
    assert enrol_candidate(tx, session, there) == places[0]  # asked again, the same place
    for _ in range(2):  # told again without effect
        record_attendance(tx, session, [there], [away])
    assert published(tx, WorkshopAttended) == [
        WorkshopAttended(
            attendance_id=places[0].attendance_id,
            session_id=session,
            candidate_id=there,
            partner_id=runner,
            workshop="interview",
            held_on=today(tx),
            minutes=120,
        )
    ]
    assert [w.attended for w in accompaniment.list_workshops(tx, away)] == [False]


def test_there_are_never_more_people_than_places(tx: Tx) -> None:
    session = a_workshop(tx, places=1)
    first, second = refer(tx).candidate_id, refer(tx).candidate_id
    enrol_candidate(tx, session, first)
    with pytest.raises(SessionFull):
        enrol_candidate(tx, session, second)
    leave_workshop(tx, session, first)
    enrol_candidate(tx, session, second)
    assert sessions.get_session(tx, "workshop", session).places_left == 0


def test_attendance_is_noted_once_it_was_held_and_every_problem_said(tx: Tx) -> None:
    session = a_workshop(tx)
    there = refer(tx).candidate_id
    enrol_candidate(tx, session, there)
    move(tx, session, 1)
    with pytest.raises(NotHeldYet):
        record_attendance(tx, session, [there], [])
    move(tx, session, -1)
    with pytest.raises(Invalid) as no:
        attempt(tx, lambda inner: record_attendance(inner, session, [there, uuid4()], [there]))
    assert [(p.pointer, p.code) for p in no.value.problems] == [
        ("/attended/1", "not_enrolled"),
        ("/absent/0", "attended_already"),
    ]
    assert published(tx, WorkshopAttended) == []


def test_nobody_enrols_or_leaves_when_it_is_over(tx: Tx) -> None:
    session, person = a_workshop(tx), refer(tx).candidate_id
    enrol_candidate(tx, session, person)
    move(tx, session, -1)
    with pytest.raises(SessionOver):
        enrol_candidate(tx, session, refer(tx).candidate_id)
    with pytest.raises(SessionOver):
        leave_workshop(tx, session, person)


def test_a_person_who_left_is_not_prepared_any_more(tx: Tx) -> None:
    person = refer(tx).candidate_id
    tx.run("UPDATE candidates SET status = 'closed'")
    with pytest.raises(PersonNotAccompanied):
        enrol_candidate(tx, a_workshop(tx), person)


def test_a_workshop_that_nobody_announced_becomes_known_by_its_attendance(tx: Tx) -> None:
    runner, people = partner(tx), [refer(tx).candidate_id for _ in range(2)]
    told: Any = [report_attendance(tx, runner, person, "peers", today(tx), 60) for person in (*people, people[0])]
    assert told[0] == told[2] != told[1]
    assert len({e.session_id for e in published(tx) if isinstance(e, WorkshopAttended)}) == 1
    assert len(published(tx, WorkshopAttended)) == 2
    listed = sessions.list_sessions(tx, "workshop", from_on=date(2020, 1, 1), after=None, limit=10)
    assert listed == []  # nobody can enrol in what is past


def test_a_partner_tells_only_of_the_workshops_it_ran(tx: Tx) -> None:
    runner, person = partner(tx), refer(tx).candidate_id
    session = a_workshop(tx, partner_id=runner)
    with pytest.raises(NotFound):
        report_attendance_at(tx, partner(tx), person, session)
    report_attendance_at(tx, runner, person, session)
    assert len(published(tx, WorkshopAttended)) == 1


def test_erasure_frees_the_places_to_come_and_keeps_the_count_of_those_taken(tx: Tx) -> None:
    person = refer(tx).candidate_id
    past, to_come = a_workshop(tx), a_workshop(tx)
    for session in (past, to_come):
        enrol_candidate(tx, session, person)
    record_attendance(tx, past, [person], [])
    erase_candidate(tx, person)
    assert [sessions.get_session(tx, "workshop", s).taken for s in (past, to_come)] == [1, 0]


def test_every_problem_of_a_session_is_found_at_once(tx: Tx) -> None:
    for open_session in (open_workshop, open_training):
        with pytest.raises(Invalid) as no:
            open_session(tx, "peers", uuid4(), today(tx) - timedelta(days=1), 0, 0)
        assert [p.pointer for p in no.value.problems] == ["/minutes", "/held_on", "/places", "/partner_id"]
    assert rows(tx, "sessions") == 0


def test_a_company_is_trained_by_those_who_came(tx: Tx) -> None:
    session, firm, absent = a_training(tx), employer(tx), employer(tx)
    place = enrol_company(tx, session, firm, 3)
    enrol_company(tx, session, absent, 2)
    for _ in range(2):  # told again without effect
        record_company_attendance(tx, session, {firm: 2, absent: 0})
    assert published(tx, CompanyTrainingHeld) == [
        CompanyTrainingHeld(
            enrolment_id=place.enrolment_id,
            session_id=session,
            employer_id=firm,
            topic="diversity_management",
            held_on=today(tx),
            attended=2,
        )
    ]
    with pytest.raises(Invalid) as no:
        attempt(tx, lambda inner: record_company_attendance(inner, session, {firm: 1, uuid4(): 1}))
    assert [p.pointer for p in no.value.problems] == ["/companies/0/attended", "/companies/1/employer_id"]


def test_a_training_has_places_for_so_many_persons(tx: Tx) -> None:
    session, firm, other = a_training(tx, places=4), employer(tx), employer(tx)
    enrol_company(tx, session, firm, 3)
    with pytest.raises(SessionFull):
        enrol_company(tx, session, other, 2)
    enrol_company(tx, session, firm, 2)  # one comes less
    enrol_company(tx, session, other, 2)
    leave_training(tx, session, firm)
    assert sessions.get_session(tx, "training", session).places_left == 2
    with pytest.raises(NotFound):
        leave_training(tx, session, firm)
    record_company_attendance(tx, session, {other: 2})
    with pytest.raises(CompanyAlreadyNoted):
        leave_training(tx, session, other)
    assert issubclass(CompanyAlreadyNoted, Refused)
