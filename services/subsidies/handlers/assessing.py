"""Judge a hire again with what is known now, and prepare, hold back or end its request accordingly. Every function
here runs under the lock of the candidate's key."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from pydantic import TypeAdapter

from services.subsidies import store
from services.subsidies.domain.assessment import Assessment, EmployerFacts, Hire, PersonFacts, Tested, assess
from services.subsidies.domain.computation import Line
from services.subsidies.domain.measures import MeasureVersion
from services.subsidies.domain.request import Ends, Request, may_be_prepared, prepared_state
from services.subsidies.handlers.ending import end_request
from services.subsidies.rulebook import rulebook
from services.subsidies.store import StoredAssessment
from shared import clock
from shared.db import Tx
from shared.events.parts import Criterion
from shared.events.subsidies import SubsidyAssessed
from shared.messaging.outbox import publish
from shared.timers import Due, set_timer

APPLICATION_WINDOW = "application_window"  # about "<measure>/<hire_id>": the day after the last one to apply
ASSESS_AGAIN = "assess_again"  # about "<event id>/<hire_id>": a fact of another case arrived

_TESTED = TypeAdapter(tuple[Tested, ...])
_LINES = TypeAdapter(tuple[Line, ...])


def assess_hire(tx: Tx, hire: Hire) -> None:
    """Take every measure in force on the day of the hire, unless the ministry has the request already."""
    if hire.closed_reason is not None:
        return
    person = store.get_person(tx, hire.candidate_id)
    employer = store.get_employer(tx, hire.employer_id)
    for rules in rulebook().in_force(hire.hired_on):
        latest = store.find_latest_request(tx, hire.hire_id, rules.measure)
        if may_be_prepared(latest):
            assessment = assess(rules, rulebook().wages, hire, person, employer, clock.local_date(tx.now))
            _say(tx, hire, assessment)
            _watch_window(tx, hire, assessment)
            _prepare(tx, hire, rules, assessment, latest, _facts(hire, person, employer))


def assess_hires_of(tx: Tx, candidate_id: UUID) -> None:
    for hire in store.list_hires_of(tx, candidate_id):
        assess_hire(tx, hire)


def assess_again(tx: Tx, due: Due) -> None:
    """Timer: the window closed, or an employer's facts arrived."""
    hire = store.find_hire(tx, UUID(due.about.rpartition("/")[2]))
    if hire is not None:
        assess_hire(tx, hire)


def _say(tx: Tx, hire: Hire, assessment: Assessment) -> None:
    """Keep and publish it as the next version, if it says anything new."""
    before = store.find_assessment(tx, hire.hire_id, assessment.measure)
    computation = assessment.computation
    new = StoredAssessment(
        assessment_id=uuid5(NAMESPACE_URL, f"assessment:{hire.hire_id}:{assessment.measure}"),
        version=before.version + 1 if before else 1,
        hire_id=hire.hire_id,
        candidate_id=hire.candidate_id,
        employer_id=hire.employer_id,
        measure=assessment.measure,
        rule_version=assessment.rule_version,
        result=assessment.result,
        criteria=_TESTED.dump_python(assessment.criteria, mode="json"),
        apply_until=assessment.apply_until,
        lines=_lines(computation.lines) if computation else None,
        amount_cents=computation.amount_cents if computation else None,
        weeks=computation.weeks if computation else None,
        assessed_at=tx.now,
    )
    if before and replace(before, version=new.version, assessed_at=tx.now) == new:
        return
    store.add_assessment(tx, new)
    publish(
        tx,
        SubsidyAssessed(
            assessment_id=new.assessment_id,
            hire_id=hire.hire_id,
            candidate_id=hire.candidate_id,
            employer_id=hire.employer_id,
            measure=new.measure,
            rule_version=new.rule_version,
            result=new.result,
            criteria=tuple(Criterion(code=t.code, result=t.result, basis=t.basis) for t in assessment.criteria),
            amount_cents=new.amount_cents,
            weeks=new.weeks,
        ),
    )


def _watch_window(tx: Tx, hire: Hire, assessment: Assessment) -> None:
    if assessment.result in ("may_apply", "unknown"):
        set_timer(
            tx,
            APPLICATION_WINDOW,
            key=str(hire.candidate_id),
            about=f"{assessment.measure}/{hire.hire_id}",
            at=clock.start_of_day(assessment.apply_until + timedelta(days=1)),
        )


def _prepare(
    tx: Tx,
    hire: Hire,
    rules: MeasureVersion,
    assessment: Assessment,
    latest: Request | None,
    facts: dict[str, Any],
) -> None:
    still_open = latest if latest and latest.state in ("draft", "ready") else None
    consent = store.consent_stands(tx, hire.candidate_id, rules.ministry)
    state = prepared_state(assessment.result, consent, already_open=still_open is not None)
    if state is None:
        return
    if isinstance(state, Ends):
        if still_open:
            end_request(tx, still_open, state.reason, clock.local_date(tx.now))
        return
    request = replace(
        still_open or _new_request(tx, hire, rules, assessment),
        state=state,
        rule_version=assessment.rule_version,
        file_number=store.find_file_number(tx, hire.candidate_id),
        starts_on=hire.starts_on,
        apply_until=assessment.apply_until,
        facts=facts,
        criteria=_TESTED.dump_python(assessment.criteria, mode="json"),
    )
    if assessment.computation:
        computation = assessment.computation
        request = replace(
            request,
            amount_cents=computation.amount_cents,
            weeks=computation.weeks,
            lines=_lines(computation.lines),
        )
    store.save_request(tx, request)


def _new_request(tx: Tx, hire: Hire, rules: MeasureVersion, assessment: Assessment) -> Request:
    return Request(
        request_id=uuid4(),
        hire_id=hire.hire_id,
        candidate_id=hire.candidate_id,
        employer_id=hire.employer_id,
        file_number=None,
        ministry=rules.ministry,
        measure=rules.measure,
        rule_version=rules.rule_version,
        state="draft",
        amount_cents=0,
        weeks=rules.weeks_proposed,
        starts_on=hire.starts_on,
        apply_until=assessment.apply_until,
        facts=None,
        criteria=None,
        lines=None,
        created_at=tx.now,
        confirmed_by=None,
        submitted_at=None,
        decided_on=None,
        approved_amount_cents=None,
        approved_weeks=None,
        approved_from=None,
        refusal_reason=None,
        decision_note=None,
        ended_on=None,
        end_reason=None,
    )


def _facts(hire: Hire, person: PersonFacts, employer: EmployerFacts) -> dict[str, Any]:
    """What the criteria and the computation rest on, kept with the request as of that day."""
    return {
        "person": TypeAdapter(PersonFacts).dump_python(person, mode="json"),
        "employer": TypeAdapter(EmployerFacts).dump_python(employer, mode="json"),
        "job": TypeAdapter(Hire).dump_python(
            hire,
            mode="json",
            include={
                "occupation",
                "wage_cents",
                "hours_per_week",
                "starts_on",
                "permanent",
                "in_field",
                "hired_on",
            },
        ),
    }


def _lines(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    """As JSON: decimals as text, so that no factor is ever rounded."""
    return [
        {**line, "basis": domain.basis}
        for line, domain in zip(_LINES.dump_python(lines, mode="json"), lines, strict=True)
    ]
