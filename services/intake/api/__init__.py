"""Routes of intake, one module per concept."""

from fastapi import APIRouter

from services.intake.api import candidates, codes, consents, employers, names, partners, referrals, reports

router = APIRouter()
for concept in (partners, referrals, candidates, consents, employers, reports, names, codes):
    router.include_router(concept.router)
