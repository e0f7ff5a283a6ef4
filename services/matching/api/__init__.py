"""Matching's routes: introductions, meetings and offers, choices and hires, shortlists, lists to work from."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.matching.api import boards, choices, introductions, meetings, shortlists
from shared.http import About

ROUTERS: Sequence[APIRouter] = (
    introductions.router,
    meetings.router,
    choices.router,
    shortlists.router,
    boards.router,
)

ABOUT = About(
    "Who might work where, and why; introductions, offers, the choice, the hire. No name is ever here.",
    {
        "introductions": "From the proposal to both answers.",
        "meetings": "Meetings, feedback and offers.",
        "choices": "The candidate's choice, and hires that fall through.",
        "shortlists": "Who fits, explained.",
        "lists": "Lists to work from, and every code in words.",
    },
)
