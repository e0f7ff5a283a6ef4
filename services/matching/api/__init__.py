"""Matching's routes: introductions, meetings and offers, choices and hires, shortlists, lists to work from."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.matching.api import boards, choices, introductions, meetings, shortlists

ROUTERS: Sequence[APIRouter] = (
    introductions.router,
    meetings.router,
    choices.router,
    shortlists.router,
    boards.router,
)
