"""What templates need to read owners' answers: their dates, and the words of their codes."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from markupsafe import Markup, escape

from services.portal.pages.words import Words
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


def basis_words(t: Words, basis: str) -> str:
    """The value a criterion rests on: a date as the language writes it, a code in words when it has some."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", basis):
        return t.day_with_year(date.fromisoformat(basis))
    for family in ("diploma", "authorisation"):
        if t.has(f"code.{family}.{basis}"):
            return str(t.code(family, basis))
    return str(escape(basis))


GLOBALS = {
    "date_of": date_of,
    "day_of": day_of,
    "french_levels": french_levels,
    "closure_options": closure_options,
    "coded": coded,
    "basis_words": basis_words,
}
