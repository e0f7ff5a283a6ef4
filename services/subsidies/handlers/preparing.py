"""A hire was judged for a measure: its request is prepared, held back or ended accordingly."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter

from services.subsidies import store
from services.subsidies.domain.assessment import Assessment, EmployerFacts, Hire, PersonFacts, Tested
from services.subsidies.domain.computation import Line
from services.subsidies.domain.documents import Checked, check_documents, lacking_documents
from services.subsidies.domain.measures import MeasureVersion
from services.subsidies.domain.request import (
    PREPARING,
    WITH_THE_MINISTRY,
    Ends,
    Request,
    moved,
    prepared_state,
    unknown_facts,
)
from services.subsidies.domain.words import Said, say
from services.subsidies.handlers.ending import end_request
from services.subsidies.rulebook import rulebook
from shared import clock
from shared.db import Tx

CRITERIA = TypeAdapter(tuple[Tested, ...])
_LINES = TypeAdapter(tuple[Line, ...])
_JOB = {"occupation", "wage_cents", "hours_per_week", "starts_on", "permanent", "in_field", "hired_on"}


@dataclass(frozen=True)
class Judged:
    """What a measure says of a hire, the facts it rests on, and the measure that goes first if they overlap."""

    hire: Hire
    rules: MeasureVersion
    assessment: Assessment
    facts: dict[str, Any]
    overlaps_with: str | None


def prepare(tx: Tx, judged: Judged, latest: Request | None, *, blocked: bool) -> None:
    """``blocked``: another measure for these hours is with the ministry already, so nothing new is begun."""
    still_open = latest if latest and latest.state in PREPARING else None
    if blocked and still_open is None:
        return
    request = _request(tx, judged, still_open or _new_request(tx, judged))
    lacking = lacking_of(tx, request)
    state = prepared_state(judged.assessment.result, lacking, already_open=still_open is not None)
    if state is None:
        return
    if isinstance(state, Ends):
        if still_open:
            end_request(tx, still_open, state.reason, clock.local_date(tx.now))
        return
    store.save_request(tx, moved(request, state, tx.now, lacking=lacking))


def lacking_of(tx: Tx, request: Request) -> list[str]:
    """Codes of everything but the employer's word that keeps it from going out now."""
    consent = store.consent_stands(tx, request.candidate_id, request.ministry)
    others = store.list_requests_of(tx, request.hire_id)
    standing = [o.measure for o in others if o.measure != request.measure and o.state in WITH_THE_MINISTRY]
    overlaps = dict.fromkeys([*standing, *([request.overlaps_with] if request.overlaps_with else [])])
    return [
        *unknown_facts(request.criteria or ()),
        *([] if consent else ["consent_send_to_ministry"]),
        *lacking_documents(documents_of(tx, request)),
        *(f"overlap:{measure}" for measure in overlaps),
    ]


def documents_of(tx: Tx, request: Request) -> list[Checked]:
    """Every paper the request needs, as of today."""
    held = store.list_documents(tx, request.hire_id, request.employer_id, request.request_id)
    authorisation = ((request.facts or {}).get("person") or {}).get("work_authorisation")
    rules = rulebook().get(request.rule_version)
    return check_documents(rules, rulebook().kinds, authorisation, held, clock.local_date(tx.now))


def in_words(codes: list[str] | tuple[str, ...]) -> list[Said]:
    """What is lacking, for a person to read."""
    measures = {version.measure: (version.name_fr, version.name_en) for version in rulebook().versions}
    return [say(code, rulebook().kinds, measures) for code in codes]


def facts_of(hire: Hire, person: PersonFacts, employer: EmployerFacts) -> dict[str, Any]:
    """What the criteria and the computation rest on, kept with the request as of that day."""
    return {
        "person": TypeAdapter(PersonFacts).dump_python(person, mode="json"),
        "employer": TypeAdapter(EmployerFacts).dump_python(employer, mode="json"),
        "job": TypeAdapter(Hire).dump_python(hire, mode="json", include=_JOB),
    }


def lines_as_json(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    """As JSON: decimals as text, so that no factor is ever rounded."""
    return [
        {**line, "basis": domain.basis}
        for line, domain in zip(_LINES.dump_python(lines, mode="json"), lines, strict=True)
    ]


def _request(tx: Tx, judged: Judged, request: Request) -> Request:
    """With what is known now. Amounts stay while a fact is unknown."""
    computation = judged.assessment.computation
    request = replace(
        request,
        rule_version=judged.assessment.rule_version,
        file_number=store.find_file_number(tx, judged.hire.candidate_id),
        starts_on=judged.hire.starts_on,
        apply_until=judged.assessment.apply_until,
        facts=judged.facts,
        criteria=CRITERIA.dump_python(judged.assessment.criteria, mode="json"),
        overlaps_with=judged.overlaps_with,
    )
    if computation is None:
        return request
    lines = lines_as_json(computation.lines)
    return replace(request, amount_cents=computation.amount_cents, weeks=computation.weeks, lines=lines)


def _new_request(tx: Tx, judged: Judged) -> Request:
    hire, rules = judged.hire, judged.rules
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
        apply_until=judged.assessment.apply_until,
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
        state_since=tx.now,
    )
