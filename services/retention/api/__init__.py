"""Retention's routes: tasks and contacts, a person's follow-up, each side's own, signals, support, employments."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.retention.api import acts, codes, employments, follow_up, own, signals, supports, tasks, unplaced
from shared.http import About

ROUTERS: Sequence[APIRouter] = (
    tasks.router,
    acts.router,
    follow_up.router,
    own.router,
    employments.router,
    signals.router,
    supports.router,
    unplaced.router,
    codes.router,
)

ABOUT = About(
    "After the hire: follow-up on both sides, signals, support, changes and ends of employments.",
    {
        "tasks": "Contacts to make.",
        "follow-up": "A person's follow-up.",
        "employments": "A job and its history.",
        "signals": "What is worrying, and why.",
        "support": "Help that was opened.",
        "unplaced reports": "Reports that fit no single job.",
        "own follow-up": "What each side sees and says by itself.",
        "codes": "Every code and question in words.",
    },
)
