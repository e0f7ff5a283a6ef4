"""Across topics there is no order: the end of a job may come before its hire."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from shared.events.base import Envelope, Event
from shared.events.intake import CandidateAdmitted, ConsentGiven, EmployerRegistered
from shared.events.matching import CandidateHired
from shared.events.parts import CandidateProfile, Terms
from shared.events.retention import EmploymentEnded
from tests.databases import envelope_of
from tests.flows.running import Running

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]


def test_employment_ended_arrives_in_subsidies_before_candidate_hired(running: Running) -> None:
    """On the real broker, to the running worker: the facts of two persons, in order and with the end first."""
    employer_id = uuid4()
    in_order, end_first = Facts(employer_id), Facts(employer_id)
    wire = running.wire()
    running.send([in_order.registered, *in_order.known, in_order.hired])
    wire.wait("the request is prepared", lambda: outcome(running, in_order) == [("draft", None, None)])
    running.send([in_order.ended])
    wire.wait("the request is ended", lambda: outcome(running, in_order) == [("ended", "employment_ended", None)])

    running.send([end_first.ended])
    wire.wait("the end waits for its hire", lambda: waits_for(running, end_first) == [CandidateHired.type])
    running.send([*end_first.known, end_first.hired])
    wire.wait("nothing waits any more", lambda: running.took(end_first.hired.id) and not waits_for(running, end_first))

    assert outcome(running, end_first) in ([], [("ended", "employment_ended", None)])
    assert closed(running, end_first) == closed(running, in_order) == ["employment_ended"]
    for each in (in_order, end_first):
        assert running.said("subsidies", str(each.candidate_id), "subsidy_requested") == []
        assert notices(running, each) == []


class Facts:
    """What the other services say about one person, a fact each; none is on its way before it is sent."""

    def __init__(self, employer_id: UUID) -> None:
        self.candidate_id, self.hire_id = uuid4(), uuid4()
        today = clock.today()
        self.registered = said(
            EmployerRegistered(
                employer_id=employer_id, sector="finance", legal_form="private", municipality="laval",
                quebec_establishment=True,
            )
        )  # fmt: skip
        self.known = [said(self._admitted()), said(self._agreed())]
        self.hired = said(
            CandidateHired(
                hire_id=self.hire_id, candidate_id=self.candidate_id, employer_id=employer_id, vacancy_id=None,
                introduction_id=None, source="self_found", in_field=True, hired_on=today,
                terms=Terms(occupation="11101", wage_cents=2800, hours_per_week="37.5", starts_on=today,
                            permanent=True),
            )
        )  # fmt: skip
        self.ended = said(
            EmploymentEnded(
                hire_id=self.hire_id, candidate_id=self.candidate_id, employer_id=employer_id, ended_on=today,
                reason="laid_off",
            )
        )  # fmt: skip

    def _admitted(self) -> CandidateAdmitted:
        today = clock.today()
        return CandidateAdmitted(
            candidate_id=self.candidate_id, referral_id=uuid4(), file_number="0000-0000", partner_id=None,
            advisor_id=uuid4(), admitted_on=today, rule_version="interconnexion-2019", criteria=(),
            profile=CandidateProfile(
                occupation="11101", months_in_field_quebec=0, work_authorisation="permanent_resident",
                arrived_on=today - timedelta(days=400),
            ),
        )  # fmt: skip

    def _agreed(self) -> ConsentGiven:
        return ConsentGiven(
            consent_id=uuid4(), candidate_id=self.candidate_id, purpose="send_to_ministry",
            recipient="services_quebec", notice_version="2026-01",
        )  # fmt: skip


def said(event: Event) -> Envelope:
    return envelope_of(event, version=1, time=clock.now(), actor="service:test")


def outcome(running: Running, facts: Facts) -> list[tuple[str, str | None, object]]:
    rows = running.rows(
        "subsidies",
        "SELECT state, end_reason, submitted_at FROM requests WHERE candidate_id = %s AND measure = 'priime'",
        facts.candidate_id,
    )
    return [(row["state"], row["end_reason"], row["submitted_at"]) for row in rows]


def closed(running: Running, facts: Facts) -> list[str]:
    rows = running.rows("subsidies", "SELECT closed_reason FROM hires WHERE hire_id = %s", facts.hire_id)
    return [row["closed_reason"] for row in rows]


def waits_for(running: Running, facts: Facts) -> list[str]:
    rows = running.rows("subsidies", "SELECT waits_for FROM waiting_keys WHERE key = %s", str(facts.candidate_id))
    return [row["waits_for"] for row in rows]


def notices(running: Running, facts: Facts) -> list[dict[str, Any]]:
    """Anything that left, or stands to leave, for the ministry about these requests."""
    return running.rows(
        "subsidies",
        """SELECT about FROM webhook_deliveries
           WHERE about IN (SELECT request_id::text FROM requests WHERE candidate_id = %s)""",
        facts.candidate_id,
    )
