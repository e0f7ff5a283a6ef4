"""The matching rules as data: a change of weight is a new line with its dates, never an edit of an old one, so that a
past score can be explained by the rule of its day."""

from dataclasses import dataclass
from datetime import date

FAMILIES = ("occupation", "experience", "french", "wage", "place", "hours")


@dataclass(frozen=True, slots=True)
class Rule:
    """Points of each family (100 in all) and how they are earned, in percent of the points."""

    version: str
    valid_from: date
    valid_to: date | None  # the last day
    occupation: int
    experience: int
    french: int
    wage: int
    place: int
    hours: int
    occupation_percent: tuple[int, int, int, int, int, int]  # by NOC digits in common, 0 to 5
    french_percent: tuple[int, ...]  # by levels above the one asked, for each skill; the last holds beyond
    wage_within_range_percent: int  # at the top of the offered range; 100 at its bottom
    wage_lost_percent: int  # for each percent by which the expected wage exceeds the range
    place_percent_accepted: int  # for a municipality the person accepts; the rest for living there
    start_tolerance_days: int  # how long after the start asked a person may become available
    least_coverage: int  # percent of points that must be known for a score
    least_score: int  # under it nothing is proposed; above what all families but the occupation can give
    confidence: str
    source: str


RULES = (
    Rule(
        version="matching-2024.1",
        valid_from=date(2019, 1, 1),
        valid_to=None,
        occupation=45,
        experience=15,
        french=15,
        wage=10,
        place=8,
        hours=7,
        occupation_percent=(0, 0, 50, 70, 85, 100),
        french_percent=(60, 80, 100),
        wage_within_range_percent=60,
        wage_lost_percent=5,
        place_percent_accepted=60,
        start_tolerance_days=14,
        least_coverage=50,
        least_score=56,
        confidence="low",
        source="the programme's first weights; to be measured on its own history before any claim (domain-facts § 6)",
    ),
)


class NoRuleInForce(LookupError):
    """No matching rule covers that day, or bears that version: the rules must be completed."""


def rule_on(day: date, rules: tuple[Rule, ...] = RULES) -> Rule:
    """The rule in force on ``day``. Raises NoRuleInForce."""
    for rule in rules:
        if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to):
            return rule
    raise NoRuleInForce(str(day))


def rule_of(version: str, rules: tuple[Rule, ...] = RULES) -> Rule:
    """The rule that bore this version, in force or not. Raises NoRuleInForce."""
    for rule in rules:
        if rule.version == version:
            return rule
    raise NoRuleInForce(version)


def other_fields_never_reach_it(rule: Rule) -> bool:
    """Whether nothing of another NOC major group can be worth proposing under this rule, so that looking only within
    a person's own field loses nothing. True of every rule so far; a test holds it."""
    return not any(rule.occupation_percent[:2]) and rule.least_score > 100 - rule.occupation
