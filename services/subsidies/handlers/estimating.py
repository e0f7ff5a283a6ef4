"""What an offer would bring, before it is made. Nothing is stored."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.subsidies import store
from services.subsidies.domain.assessment import Assessment, EmployerFacts, Hire, PersonFacts, assess, compute_hire
from services.subsidies.domain.computation import Computation
from services.subsidies.domain.documents import Checked, check_documents
from services.subsidies.domain.measures import MeasureVersion
from services.subsidies.domain.overlap import Contender, first_among, overlapped_by
from services.subsidies.rulebook import rulebook
from shared import clock
from shared.db import Tx
from shared.errors import NotFound

_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Offer:
    """The terms somebody thinks of offering, to whom (None: nobody in particular) and by whom (None: any employer)."""

    candidate_id: UUID | None
    employer_id: UUID | None
    occupation: str
    wage_cents: int
    hours_per_week: Decimal
    starts_on: date
    permanent: bool
    in_field: bool | None


@dataclass(frozen=True)
class Estimate:
    """What one measure would bring. ``computation`` also while facts are unknown: then it is what it may come to."""

    rules: MeasureVersion
    assessment: Assessment
    computation: Computation | None
    documents: tuple[Checked, ...]
    overlaps_with: str | None


def estimate(tx: Tx, offer: Offer) -> list[Estimate]:
    """Every measure in force today, tested against the offer by what is known now."""
    today = clock.local_date(tx.now)
    person = store.get_person(tx, offer.candidate_id) if offer.candidate_id else PersonFacts()
    employer = (offer.employer_id and store.find_employer(tx, offer.employer_id)) or EmployerFacts()
    hire = Hire(
        hire_id=_NOBODY,
        candidate_id=offer.candidate_id or _NOBODY,
        employer_id=offer.employer_id or _NOBODY,
        occupation=offer.occupation,
        wage_cents=offer.wage_cents,
        hours_per_week=offer.hours_per_week,
        starts_on=offer.starts_on,
        permanent=offer.permanent,
        in_field=offer.in_field,
        hired_on=today,
    )
    found = [
        (rules, assess(rules, rulebook().wages, hire, person, employer, today)) for rules in rulebook().in_force(today)
    ]
    would = {rules.measure: _would_bring(rules, hire, assessed) for rules, assessed in found}
    first = first_among([_contender(assessed, would[rules.measure]) for rules, assessed in found], None)
    held = store.list_documents(tx, _NOBODY, offer.employer_id, None) if offer.employer_id else []
    return [
        Estimate(
            rules,
            assessed,
            would[rules.measure],
            tuple(check_documents(rules, rulebook().kinds, person.work_authorisation, held, today)),
            overlapped_by(rules.measure, assessed.result, first),
        )
        for rules, assessed in found
    ]


def who_is_meant(
    tx: Tx, candidate_id: UUID | None, introduction_id: UUID | None, employer_id: UUID | None
) -> UUID | None:
    """The candidate an estimate is for. ``employer_id``: an employer asks, who may only ask about those who agreed to
    be put before it. Raises NotFound, for another's and for a missing one alike."""
    if introduction_id is not None:
        pair = store.find_introduced(tx, introduction_id)
        if pair is None or candidate_id not in (None, pair[0]) or employer_id not in (None, pair[1]):
            raise NotFound
        return pair[0]
    if candidate_id is None:
        return None
    acquainted = employer_id is None or store.is_acquainted(tx, candidate_id, employer_id)
    if not acquainted or not store.is_known(tx, candidate_id):
        raise NotFound
    return candidate_id


def _would_bring(rules: MeasureVersion, hire: Hire, assessed: Assessment) -> Computation | None:
    possible = assessed.result in ("may_apply", "unknown")
    return compute_hire(rules, rulebook().wages, hire) if possible else None


def _contender(assessed: Assessment, computation: Computation | None) -> Contender:
    return Contender(assessed.measure, computation.amount_cents if computation else None, confirmed=False)
