"""The explained score of one person for one vacancy.

Each family has points. Those that can be judged are *possible*, of which some are *earned*; those that cannot be judged
for want of a fact are *unknown* and count neither for nor against. What the vacancy does not ask has no points at all.

    score    = earned / possible, 0–100, over all families; None while under half of the points can be judged
    coverage = possible / (possible + unknown), percent
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.matching.domain.facts import SKILLS, Profile, Vacancy, noc_digits_in_common
from services.matching.domain.requirements import Requirement, excluded, requirements
from services.matching.domain.rules import Rule


@dataclass(frozen=True, slots=True)
class Line:
    """One family: points earned of those possible, points nobody can judge yet, and the values it rests on."""

    family: str
    earned: int
    possible: int
    unknown: int = 0
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One person for one vacancy, by one rule."""

    requirements: tuple[Requirement, ...]
    score: int | None
    coverage: int
    lines: tuple[Line, ...]
    rule_version: str

    @property
    def excluded(self) -> bool:
        return excluded(self.requirements)


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that an assessment rests on beside its rule: kept with what was decided, it gives the same again."""

    on: date
    agreed: bool
    profile: Profile
    vacancy: Vacancy


def assess_again(inputs: Inputs, rule: Rule) -> Assessment:
    """The assessment of that day."""
    return assess(inputs.profile, inputs.vacancy, rule, agreed=inputs.agreed, on=inputs.on)


def assess(profile: Profile, vacancy: Vacancy, rule: Rule, *, agreed: bool, on: date) -> Assessment:
    """Requirements and score as of ``on``."""
    tested = requirements(profile, vacancy, agreed=agreed, on=on, start_tolerance_days=rule.start_tolerance_days)
    lines = score_lines(profile, vacancy, rule)
    return Assessment(tested, score_of(lines, rule.least_coverage), coverage_of(lines), lines, rule.version)


def worth_proposing(assessment: Assessment, rule: Rule) -> bool:
    """Whether the machine may propose it: nothing excludes, and either the score is high enough or too little is known
    for a score and the occupation is not known to be a different one. A person may always decide otherwise."""
    if assessment.excluded:
        return False
    if assessment.score is not None:
        return assessment.score >= rule.least_score
    return not any(line.family == "occupation" and line.possible and not line.earned for line in assessment.lines)


def score_of(lines: Iterable[Line], least_coverage: int) -> int | None:
    """Points earned of those possible, 0–100, half up; None when under ``least_coverage`` percent can be judged."""
    earned, known, unknown = points_of(lines)
    if known == 0 or known * 100 < least_coverage * (known + unknown):
        return None
    return (200 * earned + known) // (2 * known)


def coverage_of(lines: Iterable[Line]) -> int:
    """Percent of the points that could be judged, rounded down."""
    _, known, unknown = points_of(lines)
    return 100 * known // (known + unknown) if known + unknown else 0


def points_of(lines: Iterable[Line]) -> tuple[int, int, int]:
    """Points earned, possible and unknown, over all families."""
    earned = possible = unknown = 0
    for line in lines:
        earned, possible, unknown = earned + line.earned, possible + line.possible, unknown + line.unknown
    return earned, possible, unknown


def score_lines(profile: Profile, vacancy: Vacancy, rule: Rule) -> tuple[Line, ...]:
    """One line for each family, always in the same order."""
    return (
        _occupation(profile, vacancy, rule),
        _experience(profile, vacancy, rule),
        _french(profile, vacancy, rule),
        _wage(profile, vacancy, rule),
        _place(profile, vacancy, rule),
        _hours(profile, vacancy, rule),
    )


def _line(family: str, basis: str, *parts: tuple[int, int | None]) -> Line:
    """Add up parts (points, percent earned); None percent = unknown."""
    earned = possible = unknown = 0
    for points, percent in parts:
        if percent is None:
            unknown += points
        else:
            earned += (points * percent + 50) // 100
            possible += points
    return Line(family, earned, possible, unknown, basis)


def _occupation(profile: Profile, vacancy: Vacancy, rule: Rule) -> Line:
    shared = noc_digits_in_common(profile.occupation, vacancy.occupation)
    percent = None if shared is None else rule.occupation_percent[shared]
    return _line("occupation", f"{profile.occupation or '?'} / {vacancy.occupation}", (rule.occupation, percent))


def _experience(profile: Profile, vacancy: Vacancy, rule: Rule) -> Line:
    has, asked = profile.years_of_experience, vacancy.years_of_experience
    if not asked:
        return Line("experience", 0, 0, 0, "-")
    percent = None if has is None else min(100, 100 * has // asked)
    return _line("experience", f"{'?' if has is None else has} / {asked}", (rule.experience, percent))


def _french(profile: Profile, vacancy: Vacancy, rule: Rule) -> Line:
    asked = [(skill, level) for skill in SKILLS if (level := vacancy.french_required.of(skill))]
    parts: list[tuple[int, int | None]] = []
    basis: list[str] = []
    for place, (skill, level) in enumerate(asked):
        share = rule.french // len(asked) + (place < rule.french % len(asked))
        has = profile.french.of(skill)
        parts.append((share, None if has is None else _margin_percent(has - level, rule)))
        basis.append(f"{skill} {'?' if has is None else has} / {level}")
    return _line("french", ", ".join(basis) or "-", *parts)


def _margin_percent(margin: int, rule: Rule) -> int:
    return 0 if margin < 0 else rule.french_percent[min(margin, len(rule.french_percent) - 1)]


def _wage(profile: Profile, vacancy: Vacancy, rule: Rule) -> Line:
    expected, low, high = profile.wage_expected_cents, vacancy.wage_min_cents, vacancy.wage_max_cents
    basis = f"{'?' if expected is None else expected} / {low}-{high}"
    if expected is None:
        return _line("wage", basis, (rule.wage, None))
    if expected <= low:
        percent = 100
    elif expected <= high:
        percent = 100 - (100 - rule.wage_within_range_percent) * (expected - low) // (high - low)
    else:
        over = 100 * (expected - high) // max(high, 1)
        percent = max(0, rule.wage_within_range_percent - rule.wage_lost_percent * over)
    return _line("wage", basis, (rule.wage, percent))


def _place(profile: Profile, vacancy: Vacancy, rule: Rule) -> Line:
    home, accepted, where = profile.municipality, profile.municipalities_accepted, vacancy.municipality
    for_accepting = rule.place * rule.place_percent_accepted // 100
    lives_there = None if home is None else 100 * (home == where)
    accepts = None if accepted is None else 100 * (where in accepted)
    if accepts is None and lives_there:
        accepts = 100
    basis = f"{home or '?'} ({'?' if accepted is None else ', '.join(accepted)}) / {where}"
    return _line("place", basis, (for_accepting, accepts), (rule.place - for_accepting, lives_there))


def _hours(profile: Profile, vacancy: Vacancy, rule: Rule) -> Line:
    least, given = profile.hours_per_week_min, vacancy.hours_per_week
    basis = f"{'?' if least is None else least} / {given}"
    if least is None:
        return _line("hours", basis, (rule.hours, None))
    return _line("hours", basis, (rule.hours, 100 if least <= given else int(100 * given / least)))
