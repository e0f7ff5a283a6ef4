"""Pages of employers, liaisons, ministries, retention advisors and managers."""

from fastapi import APIRouter

from services.portal.pages.companies import (
    employments,
    follow_up,
    french,
    health,
    introduced,
    ministry,
    ministry_courses,
    newcomers,
    paper,
    programme,
    subsidies,
    team,
    todo,
    trainings,
    vacancies,
)

ROUTERS: tuple[APIRouter, ...] = (
    todo.router,
    introduced.router,
    vacancies.router,
    subsidies.router,
    newcomers.router,
    french.router,
    trainings.router,
    ministry.router,
    ministry_courses.router,
    paper.router,
    follow_up.router,
    employments.router,
    programme.router,
    health.router,
    team.router,
)
