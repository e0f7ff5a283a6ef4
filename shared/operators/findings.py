"""What a check of the installation found: its state, what is so, and what to do, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

State = Literal["green", "attention", "broken"]


class Told(NamedTuple):
    """A sentence in each language."""

    fr: str
    en: str


@dataclass(frozen=True)
class Finding:
    """One line of ``interconnexion doctor``. ``check``: its code in docs/runbooks/doctor.md; ``about``: which service,
    topic or address; ``do_…``: empty when there is nothing to do."""

    check: str
    about: str
    state: State
    fr: str
    en: str
    do_fr: str = ""
    do_en: str = ""


def green(check: str, about: str, found: Told) -> Finding:
    return Finding(check, about, "green", found.fr, found.en)


def attention(check: str, about: str, found: Told, do: Told) -> Finding:
    """It works, and a person should look."""
    return Finding(check, about, "attention", found.fr, found.en, do.fr, do.en)


def broken(check: str, about: str, found: Told, do: Told) -> Finding:
    """Something does not work, or something promised does not hold."""
    return Finding(check, about, "broken", found.fr, found.en, do.fr, do.en)


def worst(findings: Sequence[Finding]) -> State:
    states = {one.state for one in findings}
    return "broken" if "broken" in states else "attention" if "attention" in states else "green"
