"""Matching's routes: introductions and what is done with them, the choice, hires that fall through."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.matching.api import choices, introductions

ROUTERS: Sequence[APIRouter] = (introductions.router, choices.router)
