"""Retention's routes: tasks and contacts, a person's follow-up, each side's own, signals, support, employments."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.retention.api import acts, codes, employments, follow_up, own, signals, supports, tasks

ROUTERS: Sequence[APIRouter] = (
    tasks.router,
    acts.router,
    follow_up.router,
    own.router,
    employments.router,
    signals.router,
    supports.router,
    codes.router,
)
