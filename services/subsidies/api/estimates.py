"""What an offer would bring, before it is made; and the measures there are."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter

from services.subsidies.api import showing, views
from services.subsidies.api.callers import Estimates, Everyone, whose
from services.subsidies.domain.assessment import Result
from services.subsidies.handlers.estimating import Estimate, Offer, estimate, who_is_meant
from services.subsidies.handlers.preparing import lines_as_json
from services.subsidies.rulebook import rulebook
from shared import clock
from shared.http import AN_ID, Caller, Reads, Role, Sent, Shown, example

router = APIRouter(tags=["estimates"])


class OfferedTerms(Sent):
    """The terms of an offer, made or thought of. ``wage_cents`` an hour; ``in_field``: null when nobody judged it."""

    occupation: Annotated[str, Field(pattern=r"^[0-9]{5}$")]
    wage_cents: Annotated[int, Field(ge=1, le=100_000)]
    hours_per_week: Annotated[Decimal, Field(gt=0, le=80, decimal_places=2)]
    starts_on: Annotated[date, Field(ge=date(2020, 1, 1), le=date(2099, 12, 31))]
    permanent: bool
    in_field: bool | None = None


class EstimateOffer(
    Sent,
    json_schema_extra=example(
        candidate_id=AN_ID,
        terms={
            "occupation": "21222",
            "wage_cents": 3450,
            "hours_per_week": "35",
            "starts_on": "2026-03-02",
            "permanent": True,
            "in_field": True,
        },
    ),
):
    """For whom: a candidate, an introduction, or nobody yet (then what concerns the person is unknown). ``employer_id``
    is for staff; an employer asks for itself."""

    terms: OfferedTerms
    candidate_id: UUID | None = None
    introduction_id: UUID | None = None
    employer_id: UUID | None = None


class EstimateView(Shown):
    """One measure. ``amount_cents`` and ``lines`` also when the result is unknown: what it comes to if every unknown
    fact turns out well; null when it does not apply. ``overlaps_with``: the measure that goes first, as never two pay
    for the same hours."""

    measure: str
    ministry: str
    result: Result
    criteria: list[views.CriterionView]
    unknown: list[views.SaidView]
    apply_until: date
    amount_cents: int | None
    weeks: int | None
    lines: list[views.LineView] | None
    documents: list[views.DocumentView]
    proposed: bool
    overlaps_with: str | None
    rules: views.RuleView


class EstimatesView(Shown):
    """As of today, by the rules in force today. Nothing is kept of it."""

    as_of: date
    estimates: list[EstimateView]


class MeasureView(Shown):
    """A measure in the version in force today."""

    measure: str
    ministry: str
    documents: list[views.SaidView]
    criteria: list[views.SaidView]
    rules: views.RuleView


class MeasuresView(Shown):
    measures: list[MeasureView]


@router.post("/v1/estimates")
def estimate_offer(sent: EstimateOffer, caller: Estimates, read: Reads) -> EstimatesView:
    """Each measure in force: its criteria, amount line by line, window and what nobody knows yet. An employer sees of
    the criteria only whether they are met, and only for a person who agreed to be put before it."""
    own = whose(caller).employer_id
    with read.transaction() as tx:
        candidate_id = who_is_meant(tx, sent.candidate_id, sent.introduction_id, own)
        offer = Offer(candidate_id, own or sent.employer_id, **sent.terms.model_dump())
        found, today = estimate(tx, offer), clock.local_date(tx.now)
    return EstimatesView(as_of=today, estimates=[_shown(each, caller) for each in found])


@router.get("/v1/measures")
def list_measures(caller: Everyone, read: Reads) -> MeasuresView:  # noqa: ARG001  # the same for every role
    """The measures in force, what they ask, where that comes from and how sure anyone is of it."""
    with read.transaction() as tx:
        today = clock.local_date(tx.now)
    kinds = rulebook().kinds
    return MeasuresView(
        measures=[
            MeasureView(
                measure=rules.measure,
                ministry=rules.ministry,
                documents=[views.SaidView.model_validate(kinds[required.kind]) for required in rules.documents],
                criteria=showing.criterion_words(rules.criteria),
                rules=views.RuleView.of(rules.rule_version),
            )
            for rules in rulebook().in_force(today)
        ]
    )


def _shown(found: Estimate, caller: Caller) -> EstimateView:
    criteria = showing.criteria_view([vars(each) for each in found.assessment.criteria], about_person=True)
    documents = found.documents
    if caller.role is Role.EMPLOYER:  # a paper that only some need would tell what her status is
        always = {required.kind for required in found.rules.documents if required.when_authorisation is None}
        documents = tuple(each for each in documents if each.kind in always)
        criteria = [each.model_copy(update={"basis": ""}) for each in criteria]
    unknown = [f"fact:{each.code}" for each in found.assessment.criteria if each.result == "unknown"]
    lines = lines_as_json(found.computation.lines) if found.computation else None
    return EstimateView(
        measure=found.rules.measure,
        ministry=found.rules.ministry,
        result=found.assessment.result,
        criteria=criteria,
        unknown=showing.said(unknown),
        apply_until=found.assessment.apply_until,
        amount_cents=found.computation.amount_cents if found.computation else None,
        weeks=found.computation.weeks if found.computation else None,
        lines=TypeAdapter(list[views.LineView] | None).validate_python(lines),
        documents=[views.DocumentView.model_validate(each) for each in documents],
        proposed=found.computation is not None and found.overlaps_with is None,
        overlaps_with=found.overlaps_with,
        rules=views.RuleView.of(found.rules.rule_version),
    )
