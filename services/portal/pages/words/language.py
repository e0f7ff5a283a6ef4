"""Two gettext catalogues, each read at start from its .po files, one per part of the portal. French is the source of
truth: its typography (no-break spaces before : ; ? ! % $ and inside « ») is put in when the catalogue is read."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from shared import money
from shared.clock import PROGRAMME_ZONE, local_date

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
_HERE = Path(__file__).parent
_LOCALES: dict[Language, str] = {"fr": "fr_CA", "en": "en_CA"}
NBSP = "\u00a0"


class WordsMissing(KeyError):
    """A page asked for words that its catalogue does not have."""


@cache
def catalogue(language: Language) -> Catalog:
    """All ``*.<language>.po`` files as one. A key stands in one file only; two of them are a mistake of ours."""
    whole = _read(_HERE / f"{language}.po", language)
    for path in sorted(_HERE.glob(f"*.{language}.po")):
        for message in _read(path, language):
            if not message.id:
                continue
            if whole.get(message.id) is not None:
                raise ValueError(f"{path.name}: {message.id} has words in another file too")
            whole.add(message.id, message.string)
    return whole


def _read(path: Path, language: Language) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=_LOCALES[language])


@cache
def words_in(language: Language) -> "Words":
    typeset = catalogue(language)
    if language == "fr":
        for message in typeset:
            if message.id:
                message.string = _typeset_each(message.string)
    compiled = BytesIO()
    write_mo(compiled, typeset)
    compiled.seek(0)
    known = frozenset(m.id[0] if isinstance(m.id, tuple) else m.id for m in typeset if m.id)
    return Words(language, GNUTranslations(compiled), known)  # type: ignore[arg-type]  # a binary file, as its doc says


def typeset_french(text: str) -> str:
    text = re.sub(r" ([:;?!%$»])", NBSP + r"\1", text)
    text = text.replace("« ", f"«{NBSP}").replace("'", "’")
    text = re.sub(r"(?<=[\d}]) (?=h\b)", NBSP, text)  # 32,5 h
    return re.sub(r"(?<=\d) (?=\d{3}\b)", NBSP, text)


def _typeset_each(string: Any) -> Any:
    return typeset_french(string) if isinstance(string, str) else tuple(typeset_french(s) for s in string)


@dataclass(frozen=True)
class Words:
    """What a template calls ``t``."""

    language: Language
    _catalogue: GNUTranslations
    _known: frozenset[str]

    def __call__(self, key: str, **values: object) -> Markup:
        """The words under ``key``; ``**bold**`` becomes bold, values are escaped. Raises WordsMissing."""
        return _fill(self._found(key), values)

    def n(self, key: str, n: int, **values: object) -> Markup:
        """The words under ``key`` for ``n`` things; ``{n}`` is written as the language writes numbers."""
        if key not in self._known:
            raise WordsMissing(key)
        return _fill(self._catalogue.ngettext(key, key, n), {"n": self.number(n), **values})

    def code(self, family: str, code: str | None) -> Markup:
        """How a code reads. One we do not know is *unknown*, never an error: others may say more than we know."""
        key = f"code.{family}.{code}"
        return self(key) if key in self._known else self("code.unknown")

    def has(self, key: str) -> bool:
        return key in self._known

    def _found(self, key: str) -> str:
        if key not in self._known:
            raise WordsMissing(key)
        return self._catalogue.gettext(key)

    @property
    def locale(self) -> str:
        return _LOCALES[self.language]

    @property
    def html_language(self) -> str:
        return self.locale.replace("_", "-")

    def number(self, n: int) -> str:
        return format_decimal(n, locale=self.locale).replace("\u202f", NBSP)

    def decimal(self, text: str) -> str:
        """``37.5`` as the language writes it."""
        return format_decimal(float(text), locale=self.locale, format="#,##0.##").replace("\u202f", NBSP)

    def percent(self, part: int, whole: int) -> str:
        return format_percent(part / whole, locale=self.locale).replace("\u202f", NBSP)

    def money(self, cents: int) -> str:
        return money.in_words(cents, self.language)

    def day(self, on: date) -> str:
        """``23 juin`` / ``June 23``."""
        return self._first(format_date(on, "d MMMM" if self.language == "fr" else "MMMM d", self.locale))

    def day_short(self, on: date) -> str:
        """``29 sept.`` / ``Sep 29``."""
        return self._first(format_date(on, "d MMM" if self.language == "fr" else "MMM d", self.locale))

    def day_with_year(self, on: date) -> str:
        return self._first(format_date(on, "d MMMM y" if self.language == "fr" else "MMMM d, y", self.locale))

    def day_of_week(self, on: date) -> str:
        """``mardi 23 juin 2026`` / ``Tuesday, June 23, 2026``."""
        pattern = "EEEE d MMMM y" if self.language == "fr" else "EEEE, MMMM d, y"
        return (
            re.sub(r" 1 (?=\D)", " 1er ", format_date(on, pattern, self.locale))
            if self.language == "fr"
            else (format_date(on, pattern, self.locale))
        )

    def weekday(self, on: date) -> str:
        return format_date(on, "EEE", self.locale).rstrip(".")[:2]

    def month(self, on: date) -> str:
        """``Juin 2026``."""
        return format_date(on, "LLLL y", self.locale).capitalize()

    def month_short(self, on: date) -> str:
        return format_date(on, "LLL", self.locale)

    def clock(self, moment: datetime) -> str:
        """``9 h 05`` / ``9:05 am``."""
        local = moment.astimezone(PROGRAMME_ZONE)
        written = format_time(local, "H 'h' mm" if self.language == "fr" else "h:mm a", locale=self.locale)
        return re.sub(r"[\u202f ]", NBSP, written).replace(".", "")

    def moment(self, moment: datetime) -> str:
        """``mardi 23 juin 2026, 14 h 32``."""
        return f"{self.day_of_week(local_date(moment))}, {self.clock(moment)}"

    def since(self, seconds: float) -> Markup:
        """``4 s``, ``3 min``, ``2 h``, ``5 jours``."""
        for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
            if seconds >= size:
                return self.n(f"since.{unit}", int(seconds // size))
        return self.n("since.seconds", int(seconds))

    def days(self, n: int) -> Markup:
        return self.n("since.days", n)

    def _first(self, written: str) -> str:
        return re.sub(r"^1 ", "1er ", written) if self.language == "fr" else written


def _fill(text: str, values: dict[str, object]) -> Markup:
    shown = Markup(re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(escape(text))))  # noqa: S704  # our own words, escaped
    return shown.format(**values) if values else shown
