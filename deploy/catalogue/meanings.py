"""What each field of an event means. Its unit follows from its name; the words come from meanings.toml, in both
languages, and what a comment of shared/events adds (codes, bounds) stands beside them."""

import inspect
import io
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

FILE = Path(__file__).parent / "meanings.toml"
_UNIT_OF_END = {"_cents": "cents", "_on": "day", "available_from": "day"}
_UNIT_OF_NAME = {
    "hours": "hours", "total_hours": "hours", "hours_per_week": "hours_a_week", "hours_per_week_min": "hours_a_week",
    "weeks": "weeks", "minutes": "minutes", "years_of_experience": "years", "months_in_field_quebec": "months",
    "coverage": "percent", "score": "points", "best_score": "points", "earned": "points", "possible": "points",
    "unknown": "points", "attended": "persons",
    "openings": "persons", "candidates": "persons", "target_level": "french_level",
    "listening": "french_level", "speaking": "french_level", "reading": "french_level", "writing": "french_level",
}  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """``codes``: what the comment beside the field says; ``unit``: a word of meanings.toml, [unit]."""

    en: str
    fr: str
    codes: str
    unit: str | None


@cache
def words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(FILE.read_text())


def meaning(model: type[BaseModel], field: str) -> Meaning:
    """Raises KeyError, naming the field, when meanings.toml has no words for it."""
    known = words()["field"]
    said = known.get(f"{model.__name__}.{field}") or known.get(field)
    if said is None:
        raise KeyError(f"{model.__name__}.{field}: no words in {FILE.name}")
    return Meaning(said["en"], said["fr"], comments(model).get(field, ""), unit(field))


def unit(field: str) -> str | None:
    ends = (word for end, word in _UNIT_OF_END.items() if field.endswith(end))
    return next(ends, _UNIT_OF_NAME.get(field))


def numbers_without_unit(model: type[BaseModel]) -> list[str]:
    """Fields that hold a number of which nobody says what it counts."""
    kinds = {name: field.annotation for name, field in model.model_fields.items()}
    counts = [n for n, kind in kinds.items() if {int, float, Decimal} & {kind, *get_args(kind)}]
    return [name for name in counts if unit(name) is None]


@cache
def comments(model: type[BaseModel]) -> dict[str, str]:
    """The comment beside each field, or on the lines above it."""
    found: dict[str, str] = {}
    kept: list[str] = []
    field = ""
    for kind, text, is_field in _lines(inspect.getsource(model)):
        if is_field:
            field = text
            found[field] = " ".join(kept)
            kept = []
        elif kind == "beside":
            found[field] = f"{found[field]} {text}".strip()
        else:
            kept.append(text)
    return found


def _lines(source: str) -> Iterator[tuple[str, str, bool]]:
    """Fields and comments in the order in which they stand; a comment on its own line belongs to the next field, one
    within brackets to the field before."""
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    depth = 0
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        depth += (token.string in ("(", "[")) - (token.string in (")", "]"))
        if token.type == tokenize.NAME and after.string == ":" and token.start[1] == 4 and depth == 0:
            yield "field", token.string, True
        elif token.type == tokenize.COMMENT:
            own_line = before.type in (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.COMMENT) and depth == 0
            yield ("above" if own_line else "beside"), token.string.lstrip("# "), False
