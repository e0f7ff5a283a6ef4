"""What the lists of places are made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page's path in each language. ``{…}`` stands for an id, with the same name in both. A page's forms post to the
    page's own address; several of one page are told apart by a hidden ``do``."""

    fr: str
    en: str

    def path(self, language: str, *ids: object) -> str:
        filled = self.fr if language == "fr" else self.en
        for one in ids:
            head, _, tail = filled.partition("{")
            filled = head + str(one) + tail.partition("}")[2]
        return filled


@dataclass(frozen=True)
class RailItem:
    """A link of the rail; its words are ``rail.<place>``. ``count``: the counter (pages/rail.py) whose number stands
    beside it."""

    place: str
    count: str | None = None
