"""Where every page is in each language, which ones a role finds in its rail, and where it begins. Data only: one module
per part of the portal, so that several people can write at once."""

import re
from dataclasses import dataclass

from services.portal.pages.places import accompany, companies, programme
from services.portal.pages.places.parts import Place, RailItem
from shared.tokens import Role

__all__ = ["HOMES", "PLACES", "RAILS", "Place", "RailItem", "same_place"]

_AREAS = (programme, accompany, companies)
PLACES: dict[str, Place] = {name: place for area in _AREAS for name, place in area.PLACES.items()}
RAILS: dict[Role, tuple[RailItem, ...]] = {role: rail for area in _AREAS for role, rail in area.RAILS.items()}
"""What a role finds beside every page, at most seven."""
HOMES: dict[Role, str] = {role: rail[0].place for role, rail in RAILS.items()}
"""Where a role begins: the first of its rail."""


@dataclass(frozen=True)
class _Known:
    place: Place
    fr: re.Pattern[str]
    en: re.Pattern[str]


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("([^/]+)".join(re.escape(part) for part in re.split(r"\{\w+\}", path)) + "$")


_KNOWN = tuple(
    _Known(place, _pattern(place.fr), _pattern(place.en))
    for place in sorted(PLACES.values(), key=lambda place: place.fr.count("{"))
)


def same_place(path: str, language: str, other: str) -> str | None:
    """The address of the same page in the other language."""
    for known in _KNOWN:
        found = (known.fr if language == "fr" else known.en).match(path)
        if found:
            return (known.place.fr if other == "fr" else known.place.en).format(
                **dict(zip(re.findall(r"\{(\w+)\}", known.place.fr), found.groups(), strict=True))
            )
    return None
