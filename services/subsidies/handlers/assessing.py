"""Judge a hire again with what is known now: every measure in force, and which goes first where they overlap. Every
function here runs under the lock of the candidate's key."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from services.subsidies import store
from services.subsidies.domain.assessment import Assessment, EmployerFacts, Hire, PersonFacts, assess
from services.subsidies.domain.measures import MeasureVersion
from services.subsidies.domain.overlap import Contender, first_among, is_confirmed, overlapped_by
from services.subsidies.domain.request import Request, may_be_prepared
from services.subsidies.handlers.preparing import CRITERIA, Judged, facts_of, lines_as_json, prepare
from services.subsidies.rulebook import rulebook
from services.subsidies.store import StoredAssessment
from shared import clock
from shared.db import Tx
from shared.events.parts import Criterion
from shared.events.subsidies import SubsidyAssessed
from shared.messaging.outbox import publish
from shared.timers import Due, set_timer

APPLICATION_WINDOW = "application_window"  # about "<measure>/<hire_id>": the day after the last one to apply
ASSESS_AGAIN = "assess_again"  # about "<event or document id>/<hire_id>": a fact of another case, or a paper's end


@dataclass(frozen=True)
class _Measure:
    """One measure for one hire. ``assessment`` is None once the ministry has, or had, its request."""

    rules: MeasureVersion
    latest: Request | None
    assessment: Assessment | None


def assess_hire(tx: Tx, hire: Hire) -> None:
    """Take every measure in force on the day of the hire, unless the ministry has the request already."""
    if hire.closed_reason is not None:
        return
    person = store.get_person(tx, hire.candidate_id)
    employer = store.get_employer(tx, hire.employer_id)
    measures = [_judge(tx, rules, hire, person, employer) for rules in rulebook().in_force(hire.hired_on)]
    first = first_among([_contender(measure) for measure in measures], hire.preferred_measure)
    facts = facts_of(hire, person, employer)
    for each in measures:
        if each.assessment is None:
            continue
        overlaps = overlapped_by(each.rules.measure, each.assessment.result, first)
        judged = Judged(hire, each.rules, each.assessment, facts, overlaps)
        _say(tx, hire, each.assessment, overlaps)
        blocked = overlaps is not None and first is not None and first.confirmed
        if not blocked:
            _watch_window(tx, hire, each.assessment)
        prepare(tx, judged, each.latest, blocked=blocked)


def _judge(tx: Tx, rules: MeasureVersion, hire: Hire, person: PersonFacts, employer: EmployerFacts) -> _Measure:
    latest = store.find_latest_request(tx, hire.hire_id, rules.measure)
    if not may_be_prepared(latest):
        return _Measure(rules, latest, None)
    today = clock.local_date(tx.now)
    return _Measure(rules, latest, assess(rules, rulebook().wages, hire, person, employer, today))


def _contender(measure: _Measure) -> Contender:
    computation = measure.assessment.computation if measure.assessment else None
    amount = computation.amount_cents if computation else None
    return Contender(measure.rules.measure, amount, is_confirmed(measure.latest))


def assess_hires_of(tx: Tx, candidate_id: UUID) -> None:
    for hire in store.list_hires_of(tx, candidate_id):
        assess_hire(tx, hire)


def assess_again(tx: Tx, due: Due) -> None:
    """Timer: the window closed, a paper is no longer valid, or an employer's facts arrived."""
    hire = store.find_hire(tx, UUID(due.about.rpartition("/")[2]))
    if hire is not None:
        assess_hire(tx, hire)


def _say(tx: Tx, hire: Hire, assessment: Assessment, overlaps_with: str | None) -> None:
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
        criteria=CRITERIA.dump_python(assessment.criteria, mode="json"),
        apply_until=assessment.apply_until,
        lines=lines_as_json(computation.lines) if computation else None,
        amount_cents=computation.amount_cents if computation else None,
        weeks=computation.weeks if computation else None,
        assessed_at=tx.now,
        overlaps_with=overlaps_with,
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
            overlaps_with=overlaps_with,
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
