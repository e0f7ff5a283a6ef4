"""What stands beneath the facts that follow a hire: claims, French courses, signals, support, changes of the job."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from markupsafe import Markup

from services.portal.pages.words.language import Words

Facts = Mapping[str, Any]


class Tells(Protocol):
    """Who words a person's file."""

    t: Words


Details = Callable[[Tells, Facts], Sequence[Markup]]


def terms_in(t: Words, terms: Facts) -> Markup:
    return t(
        "terms.permanent" if terms.get("permanent") else "terms.temporary",
        hours=t.decimal(terms["hours_per_week"]),
        wage=t.money(terms["wage_cents"]),
        day=t.day_with_year(date.fromisoformat(terms["starts_on"])),
    )


def _one_code(family: str, field: str) -> Details:
    return lambda tell, facts: [tell.t.code(family, facts.get(field))]


def _days(tell: Tells, facts: Facts) -> list[Markup]:
    first, last = (tell.t.day(date.fromisoformat(facts[end])) for end in ("from_on", "to_on"))
    return [tell.t("detail.period", first=first, last=last)]


def _cents(tell: Tells, facts: Facts) -> list[Markup]:
    return [tell.t("detail.paid", amount=tell.t.money(facts["amount_cents"]))]


def _course_hours(tell: Tells, facts: Facts) -> list[Markup]:
    hours = tell.t.decimal(str(facts["hours"]))
    if facts.get("total_hours") is None:
        return [tell.t("detail.course_hours", hours=hours)]
    return [tell.t("detail.course_total", hours=hours, total=tell.t.decimal(str(facts["total_hours"])))]


def _changed_terms(tell: Tells, facts: Facts) -> list[Markup]:
    return [tell.t.code("change", facts.get("change")), terms_in(tell.t, facts["terms"])]


LATER_DETAILS: dict[str, Details] = {
    "claim_due": _days,
    "claim_submitted": _cents,
    "claim_paid": _cents,
    "french_course_requested": _course_hours,
    "french_course_approved": _course_hours,
    "french_course_hours_recorded": _course_hours,
    "french_course_refused": _one_code("refusal", "reason"),
    "french_course_ended": _one_code("course_end", "reason"),
    "signal_raised": _one_code("signal", "signal"),
    "support_opened": lambda tell, facts: [tell.t("detail.list", items=tell.t.code("support", facts.get("support")))],
    "support_closed": lambda tell, facts: [tell.t("detail.list", items=tell.t.code("outcome", facts.get("outcome")))],
    "employment_changed": _changed_terms,
    "milestone_reached": _one_code("milestone", "milestone"),
}
