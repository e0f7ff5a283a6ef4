"""Intake's own words turned into the published language."""

from services.intake.domain.eligibility import Eligibility
from services.intake.domain.facts import Facts
from services.intake.domain.jobs import JobTerms
from shared.events.parts import CandidateProfile, Criterion, FrenchLevels, Terms


def profile_of(facts: Facts) -> CandidateProfile:
    return CandidateProfile(
        occupation=facts.occupation,
        years_of_experience=facts.years_of_experience,
        french=FrenchLevels(
            listening=facts.french_listening,
            speaking=facts.french_speaking,
            reading=facts.french_reading,
            writing=facts.french_writing,
        ),
        municipality=facts.municipality,
        municipalities_accepted=facts.municipalities_accepted,
        hours_per_week_min=facts.hours_per_week_min,
        wage_expected_cents=facts.wage_expected_cents,
        available_from=facts.available_from,
        licences=facts.licences,
        work_authorisation=facts.work_authorisation,
        arrived_on=facts.arrived_on,
        months_in_field_quebec=facts.months_in_field_quebec,
        diploma_from=facts.diploma_from,
    )


def criteria_of(eligibility: Eligibility) -> tuple[Criterion, ...]:
    return tuple(Criterion(code=c.code, result=c.result, basis=c.basis) for c in eligibility.criteria)


def terms_of(terms: JobTerms) -> Terms:
    return Terms(
        occupation=terms.occupation,
        wage_cents=terms.wage_cents,
        hours_per_week=terms.hours_per_week,
        starts_on=terms.starts_on,
        permanent=terms.permanent,
    )
