"""Pages of partners, of personal links, of advisors, and the person's own."""

from fastapi import APIRouter

from services.portal.pages.accompany import accompany, herself, link, partner, people, referrals, workshops

ROUTERS: tuple[APIRouter, ...] = tuple(
    part.router for part in (partner, link, referrals, people, accompany, workshops, herself)
)
