"""Retention's routes: tasks and contacts, a person's follow-up, the end of an employment."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.retention.api import employments, tasks

ROUTERS: Sequence[APIRouter] = (tasks.router, employments.router)
