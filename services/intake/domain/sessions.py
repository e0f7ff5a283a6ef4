"""Workshop and training sessions: a day, a number of places, who took part."""

from datetime import date, timedelta

from services.intake.domain.accompaniment import check_minutes
from shared.errors import Problem, Refused

FURTHEST_AHEAD = timedelta(days=366)
MOST_PLACES = 500


class SessionFull(Refused):
    """Every place of the session is taken."""


class SessionOver(Refused):
    """The session's day is past: nobody enrols or leaves any more."""


class NotHeldYet(Refused):
    """The session's day is still to come: nobody has attended."""


def check_session(held_on: date, minutes: int, places: int, today: date) -> list[Problem]:
    problems = check_minutes(minutes, "/minutes")
    if not today <= held_on <= today + FURTHEST_AHEAD:
        problems.append(
            Problem(
                "/held_on",
                "impossible_date",
                "Une séance a lieu aujourd'hui ou dans l'année qui vient.",
                "A session is held today or within the coming year.",
            )
        )
    if not 1 <= places <= MOST_PLACES:
        problems.append(
            Problem(
                "/places", "out_of_range", f"Entre 1 et {MOST_PLACES} places.", f"Between 1 and {MOST_PLACES} places."
            )
        )
    return problems


def check_enrolment(held_on: date, places: int | None, taken: int, wanted: int, today: date) -> None:
    """Raises SessionOver, SessionFull."""
    check_not_over(held_on, today)
    if places is not None and taken + wanted > places:
        left = max(places - taken, 0)
        raise SessionFull(Problem("", "session_full", f"Il reste {left} place(s).", f"There are {left} place(s) left."))


def check_not_over(held_on: date, today: date) -> None:
    """Raises SessionOver."""
    if today > held_on:
        raise SessionOver(Problem("", "session_over", "Cette séance a eu lieu.", "This session has been held."))


def check_held(held_on: date, today: date) -> None:
    """Raises NotHeldYet."""
    if today < held_on:
        raise NotHeldYet(
            Problem("", "not_held_yet", f"Cette séance aura lieu le {held_on}.", f"This session is on {held_on}.")
        )


def not_enrolled(at: str) -> Problem:
    return Problem(at, "not_enrolled", "N'est pas inscrit à cette séance.", "Is not enrolled in this session.")
