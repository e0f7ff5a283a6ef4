"""Hard requirements, each met, not met or unknown. Only *not met* excludes; *unknown* is a fact to ask for."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.matching.domain.facts import SKILLS, Profile, Vacancy

Result = Literal["met", "not_met", "unknown"]

MAY_WORK_ANYWHERE = frozenset({"permanent_resident", "citizen", "protected", "open_permit"})
MAY_WORK_FOR_ONE_EMPLOYER = frozenset({"closed_permit"})


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement tested, and the values it rests on: the person's / the vacancy's."""

    code: str
    result: Result
    basis: str = ""


def requirements(
    profile: Profile, vacancy: Vacancy, *, agreed: bool, on: date, start_tolerance_days: int
) -> tuple[Requirement, ...]:
    """Every requirement that applies to this person for this vacancy, as of ``on``."""
    return (
        Requirement("agreement", "met" if agreed else "not_met"),
        _work_authorised(profile),
        *_licence(profile, vacancy),
        _judged("hours", profile.hours_per_week_min, vacancy.hours_per_week, at_most=True),
        _municipality(profile, vacancy),
        *_french(profile, vacancy),
        _available(profile, vacancy, on, start_tolerance_days),
    )


def excluded(tested: tuple[Requirement, ...]) -> bool:
    """Whether one requirement at least is not met."""
    return any(requirement.result == "not_met" for requirement in tested)


def _judged(code: str, has: object, asked: object, *, at_most: bool = False) -> Requirement:
    if has is None:
        return Requirement(code, "unknown", f"? / {asked}")
    fits = has <= asked if at_most else has >= asked  # type: ignore[operator]  # both of one ordered type
    return Requirement(code, "met" if fits else "not_met", f"{has} / {asked}")


def _work_authorised(profile: Profile) -> Requirement:
    held = profile.work_authorisation
    result: Result = "unknown"
    if held in MAY_WORK_ANYWHERE:
        result = "met"
    elif held in MAY_WORK_FOR_ONE_EMPLOYER:
        result = "not_met"
    return Requirement("work_authorised", result, held or "?")


def _licence(profile: Profile, vacancy: Vacancy) -> tuple[Requirement, ...]:
    if not vacancy.licences_required:
        return ()
    asked = ", ".join(vacancy.licences_required)
    if profile.licences is None:
        return (Requirement("licence", "unknown", f"? / {asked}"),)
    holds_all = set(vacancy.licences_required) <= set(profile.licences)
    held = ", ".join(profile.licences) or "-"
    return (Requirement("licence", "met" if holds_all else "not_met", f"{held} / {asked}"),)


def _municipality(profile: Profile, vacancy: Vacancy) -> Requirement:
    accepted = profile.municipalities_accepted
    lives_there = profile.municipality == vacancy.municipality
    if accepted is None:
        return Requirement(
            "municipality",
            "met" if lives_there else "unknown",
            f"{profile.municipality or '?'} / {vacancy.municipality}",
        )
    fits = vacancy.municipality in accepted
    return Requirement("municipality", "met" if fits else "not_met", f"{', '.join(accepted)} / {vacancy.municipality}")


def _french(profile: Profile, vacancy: Vacancy) -> tuple[Requirement, ...]:
    return tuple(
        _judged(f"french_{skill}", profile.french.of(skill), asked)
        for skill in SKILLS
        if (asked := vacancy.french_required.of(skill))
    )


def _available(profile: Profile, vacancy: Vacancy, on: date, tolerance_days: int) -> Requirement:
    start = max(vacancy.starts_on, on) if vacancy.starts_on else on
    free = profile.available_from
    if free is None:
        return Requirement("available", "unknown", f"? / {start}")
    if free <= start + timedelta(days=tolerance_days):
        return Requirement("available", "met", f"{free} / {start}")
    # a company that named no day may well wait: nobody can say yet
    return Requirement(
        "available", "not_met" if vacancy.starts_on else "unknown", f"{free} / {vacancy.starts_on or '?'}"
    )
