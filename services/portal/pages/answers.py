"""What templates need to read owners' answers: their dates, and the words of their codes."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from services.portal.pages.words import Words
from services.portal.pages.words.language import typeset_french
from shared.clock import local_date


def date_of(iso: str) -> date:
    """``2026-06-23`` of an answer."""
    return date.fromisoformat(iso)


def day_of(iso: str) -> date:
    """The programme's day of a moment of an answer."""
    return local_date(datetime.fromisoformat(iso))


def french_levels() -> list[tuple[int, str]]:
    return [(level, str(level)) for level in range(13)]


def closure_options(t: Words, codes: Sequence[str]) -> list[tuple[str, Markup]]:
    return [(code, t.code("closure", code)) for code in codes]


def coded(t: Words, family: str, codes: Sequence[str]) -> list[tuple[str, Markup]]:
    """(code, words) for lists, radios and boxes."""
    return [(code, t.code(family, code)) for code in codes]


def owned(t: Words, said: Mapping[str, Any], what: str = "") -> str:
    """An owner's own words in the page's language: ``fr``/``en``, or ``state_fr``/``state_en`` of ``what="state"``."""
    words = said.get(f"{what}_{t.language}" if what else t.language)
    if words is None:
        return ""
    return typeset_french(words) if t.language == "fr" else str(words)


def basis_words(t: Words, basis: str) -> str | None:
    """The value a criterion rests on (``arrived_on = 2025-10-20``) as the language writes it; None when unknown."""
    name, _, value = (part.strip() for part in basis.partition("="))
    if value in ("", "?"):
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return t.day_with_year(date.fromisoformat(value))
    if name == "months_in_field_quebec":
        return str(t.n("months", int(value))) if value.isdecimal() else value
    return str(t.code("diploma", value)) if t.has(f"code.diploma.{value}") else value


def occupation(t: Words, code: str | None) -> str:
    """The title of a NOC 2021 unit group that we know, its digits otherwise."""
    if code is None:
        return str(t("unknown"))
    return str(t.code("noc", code)) if t.has(f"code.noc.{code}") else str(t("noc", code=code))


def by_day(lookups: list[Any]) -> list[Any]:
    """One line for the same kind of receiver, purpose and day, with how many times."""
    lines: dict[tuple[Any, ...], Any] = {}
    for one in lookups:
        who = one["actor"].split(":")[0], one["organisation"], one["purpose"], day_of(one["at"])
        lines.setdefault(who, {**one, "times": 0})["times"] += 1
    return list(lines.values())


GLOBALS = {
    "date_of": date_of,
    "day_of": day_of,
    "french_levels": french_levels,
    "closure_options": closure_options,
    "coded": coded,
    "basis_words": basis_words,
    "occupation": occupation,
    "owned": owned,
}
