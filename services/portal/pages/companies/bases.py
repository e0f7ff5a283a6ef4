"""The value a criterion rests on, which owners keep in English words and codes, as the page's language says it."""

import re
from datetime import date

from markupsafe import Markup, escape

from services.portal.pages.words import Words

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"arrived (?P<day>\d{4}-\d\d-\d\d)"), "basis.arrived"),
    (re.compile(r"until (?P<day>\d{4}-\d\d-\d\d)"), "basis.until"),
    (re.compile(r"(?P<months>\d+) months in field in Québec; significant from (?P<limit>\d+)"), "basis.months"),
    (re.compile(r"(?P<hours>[\d.]+) h; at least (?P<limit>[\d.]+) h"), "basis.hours"),
    (re.compile(r"as recorded with the hire"), "basis.hire"),
    (re.compile(r"permanent"), "basis.permanent"),
    (re.compile(r"not permanent"), "basis.not_permanent"),
    (re.compile(r"yes"), "yes"),
    (re.compile(r"no"), "no"),
    (re.compile(r"unknown|None"), "unknown"),
)
_CODES = ("authorisation", "legal_form", "licence", "municipality")


def basis_in(t: Words, basis: str) -> Markup:
    """In words when we know how it is written; otherwise as the owner wrote it, marked as English."""
    for pattern, key in _PATTERNS:
        if found := pattern.fullmatch(basis):
            return t(key, **{name: _value(t, name, said) for name, said in found.groupdict().items()})
    for family in _CODES:
        if t.has(f"code.{family}.{basis}"):
            return t.code(family, basis)
    if not re.search(r"[A-Za-z]", basis):
        return escape(basis)
    return Markup('<span lang="en">{}</span>').format(basis)


def _value(t: Words, name: str, said: str) -> str:
    return t.day_with_year(date.fromisoformat(said)) if name == "day" else t.decimal(said)
