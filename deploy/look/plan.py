"""In which languages, themes and widths each page is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

MOST_KB, MOST_REQUESTS = 60.0, 6
"""What a first view may weigh over the wire, and ask for."""
AS_SHOWN = "as first shown"
WIDTHS = (320, 768, 1280)
Depth = Literal["quick", "usual", "full"]


@dataclass(frozen=True)
class Shape:
    """``width``: CSS pixels."""

    language: str
    scheme: str
    width: int

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}"


QUICK = (Shape("fr", "dark", 320), Shape("en", "light", 1280))
USUAL = (Shape("fr", "light", 320), Shape("fr", "light", 1280), Shape("fr", "dark", 320), Shape("en", "light", 1280))
_WRONG = (Shape("fr", "light", 320), Shape("en", "dark", 1280))


def shapes_of(depth: Depth, number: int, widths: Sequence[int] = ()) -> tuple[Shape, ...]:
    """How to look at page ``number``. ``usual``: four ways, and one of the other eight, each in its turn; ``full``: all
    twelve, or every way in ``widths``."""
    every = tuple(Shape(*one) for one in product(("fr", "en"), ("light", "dark"), widths or WIDTHS))
    if widths or depth == "full":
        return every
    if depth == "quick":
        return QUICK
    others = [shape for shape in every if shape not in USUAL]
    return (*USUAL, others[number % len(others)])


def wrong_shapes_of(depth: Depth, number: int) -> tuple[Shape, ...]:
    """How to look at a form that was refused: both ways when ``full``, otherwise one of them in its turn."""
    return _WRONG if depth == "full" else (_WRONG[number % 2],)
