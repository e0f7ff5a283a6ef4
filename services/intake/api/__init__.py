"""Routes of intake, one module per concept."""

from fastapi import APIRouter

from services.intake.api import (
    accompaniment,
    candidates,
    codes,
    consents,
    employers,
    events,
    links,
    names,
    partners,
    referrals,
    reports,
    staff,
    trainings,
    updates,
    vacancies,
    workshops,
)

router = APIRouter()
for concept in (
    partners,
    links,
    events,
    updates,
    referrals,
    candidates,
    accompaniment,
    workshops,
    consents,
    employers,
    vacancies,
    trainings,
    reports,
    names,
    staff,
    codes,
):
    router.include_router(concept.router)
