"""What an advisor and a candidate do together until she works: the plan both agree on, coaching."""

from datetime import date

from services.intake.domain.facts import check_occupation
from shared.errors import Problem, Refused

EARLIEST = date(2019, 1, 1)  # the programme began then
LONGEST_MINUTES = 600


class PlanAlreadyAgreed(Refused):
    """Both have agreed on this plan; propose a new one to change it."""


def plan_agreed_already() -> PlanAlreadyAgreed:
    return PlanAlreadyAgreed(
        Problem(
            "",
            "plan_agreed",
            "Ce plan est déjà convenu ; proposez-en un nouveau pour le changer.",
            "This plan is agreed already; propose a new one to change it.",
        )
    )


def check_plan(
    goal_occupation: str | None, steps: tuple[str, ...], agreed_on: date | None, today: date
) -> list[Problem]:
    problems = check_occupation(goal_occupation, "/goal_occupation")
    if not steps:
        problems.append(Problem("/steps", "no_step", "Un plan a au moins une étape.", "A plan has at least one step."))
    return problems + (check_past_day(agreed_on, today, "/agreed_on") if agreed_on else [])


def check_coaching(held_on: date, minutes: int, topics: tuple[str, ...], today: date) -> list[Problem]:
    problems = check_past_day(held_on, today, "/held_on") + check_minutes(minutes, "/minutes")
    if not topics:
        problems.append(Problem("/topics", "no_topic", "Dites de quoi il a été question.", "Say what it was about."))
    return problems


def check_past_day(day: date, today: date, at: str) -> list[Problem]:
    if EARLIEST <= day <= today:
        return []
    return [Problem(at, "not_a_past_day", "Donnez un jour passé, ou aujourd'hui.", "Give a day in the past, or today.")]


def check_minutes(minutes: int, at: str) -> list[Problem]:
    if 1 <= minutes <= LONGEST_MINUTES:
        return []
    return [
        Problem(
            at,
            "out_of_range",
            f"La durée va de 1 à {LONGEST_MINUTES} minutes.",
            f"It lasts between 1 and {LONGEST_MINUTES} minutes.",
        )
    ]


def stage_of(status: str, *, plan_agreed: bool, hired: bool) -> str:
    """Where a candidate stands, as far as intake knows: admitted | preparing | hired | withdrawn."""
    if status != "admitted":
        return status
    if hired:
        return "hired"
    return "preparing" if plan_agreed else "admitted"
