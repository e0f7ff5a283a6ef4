"""Who works for the programme, asked of intake's directory at the moment of showing, with the viewer's own token;
nothing of the answer is kept. When intake does not answer, or does not know somebody, pages show a short id."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import Request

from services.portal.pages import owners
from services.portal.pages.words import Words
from services.portal.store.known import Known

ACCOMPANY = ("advisor",)
FOLLOW = ("retention_advisor", "advisor")
ROLES = ("advisor", "retention_advisor", "liaison", "manager", "operator")


@dataclass(frozen=True)
class Colleague:
    """``shown``: as colleagues read it, ``Anne T.``; two of the same are told apart by the start of their ids."""

    id: str
    given_name: str
    family_name: str
    role: str
    active: bool
    shown: str


@dataclass(frozen=True)
class Staff:
    """``answered``: whether intake did."""

    colleagues: tuple[Colleague, ...] = ()
    answered: bool = False
    _by_id: dict[str, Colleague] = field(default_factory=dict)

    def find(self, staff_id: UUID | str | None) -> Colleague | None:
        return self._by_id.get(str(staff_id))

    def words(self, t: Words, staff_id: UUID | str) -> str:
        """The name, or a short id for who is not in the directory."""
        known = self.find(staff_id)
        return known.shown if known else str(t("advisor.listed", short=str(staff_id)[:8]))

    def choices(
        self, t: Words, roles: Iterable[str], known: Iterable[Known] = (), without: str | None = None
    ) -> list[tuple[str, str]]:
        """(id, words) of those who work here in these roles; of ``known`` ids when the directory knows nobody."""
        wanted = set(roles)
        listed = [(one.id, one.shown) for one in self.colleagues if one.active and one.role in wanted]
        listed = listed or [(str(one.id), self.words(t, one.id)) for one in known]
        return [(id_, words) for id_, words in listed if id_ != without]


def staff_for(request: Request) -> Staff:
    """One question to intake for a page."""
    said = owners.try_get(request, "intake", "/v1/staff")
    if said is None:
        return Staff()
    short = Counter(_short(one) for one in said["staff"])
    colleagues = tuple(
        Colleague(
            one["staff_id"], one["given_name"], one["family_name"], one["role"], one["active"],
            _short(one) if short[_short(one)] == 1 else f"{_short(one)} ({one['staff_id'][:4]})",
        )
        for one in said["staff"]
    )  # fmt: skip
    return Staff(colleagues, True, {one.id: one for one in colleagues})


def _short(one: dict[str, str]) -> str:
    return f"{one['given_name']} {one['family_name'][:1]}."
