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
from shared.http import About

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

ABOUT = About(
    "What comes in at the front door: people, companies, vacancies, and facts about both. It alone knows names.",
    {
        "partners": "Bodies that refer people, and their systems.",
        "links": "Personal links and QR codes.",
        "updates": "What became of the persons a partner sent.",
        "referrals": "Sending a person and answering.",
        "candidates": "A person's file.",
        "accompaniment": "Plans and coaching.",
        "workshops": "Preparation workshops.",
        "consents": "What a person agreed to.",
        "employers": "Companies.",
        "vacancies": "What companies look for.",
        "trainings": "Training of companies.",
        "staff": "Who works in the programme: names for colleagues.",
        "reports": "Facts about a job, told from outside.",
        "names": "Who is who, for those who may know.",
        "codes": "Every code in words.",
    },
)
