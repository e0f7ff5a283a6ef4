"""The cases of one operation, made from who may call it and from its line, and what must come of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.http.callers import Operation
from shared.tokens import Role
from tests.authorization.table import Line

Kind = Literal["own", "another's", "missing"]
LET_IN = 200
ROLES: tuple[Role | None, ...] = (None, *Role)


@dataclass(frozen=True)
class Case:
    """``expected``: LET_IN, or the status of the refusal. ``of_other`` and ``gone``: which things are another's, and
    which do not exist. ``as_other``: the things are one's own, the caller is the other ministry. ``like``: the thing
    whose absence is answered in the same words."""

    role: Role | None
    kind: Kind
    expected: int
    of_other: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    as_other: bool = False
    like: str | None = None

    def __str__(self) -> str:
        named = " ".join(sorted(self.of_other | self.gone))
        return f"{self.role or 'no token'}, {self.kind} {named}".strip()


def cases(operation: Operation, line: Line) -> Iterator[Case]:
    found = _every_case(operation, line)
    return (case for case in found if case.kind == "own") if line.briefly else found


def _every_case(operation: Operation, line: Line) -> Iterator[Case]:
    """Missing things first: what is answered to them is what another's must be answered."""
    for role in ROLES:
        slots = line.slots(operation.path, role)
        if operation.roles is None:
            yield from (
                Case(role, "missing", line.status_of_unknown(slot, role), gone=frozenset({slot})) for slot in slots
            )
            if role is None or not line.endless:
                yield Case(role, "own", LET_IN)
        elif role is None or role not in operation.roles:
            yield from _kept_out(line, frozenset(slots), role)
        else:
            yield from _let_in(line, role, slots)


def _kept_out(line: Line, slots: frozenset[str], role: Role | None) -> Iterator[Case]:
    """The same answer whatever the things are."""
    expected = (303 if line.page else 401) if role is None else 403
    yield Case(role, "own", expected)
    if slots:
        yield Case(role, "missing", expected, gone=slots)
        yield Case(role, "another's", expected, of_other=slots)


def _let_in(line: Line, role: Role, slots: tuple[str, ...]) -> Iterator[Case]:
    own = line.refused[role][0] if role in line.refused else LET_IN
    if line.shows and role is Role.MINISTRY:
        yield Case(role, "another's", LET_IN, as_other=True)
    for slot in slots:
        yield Case(role, "missing", line.status_of_unknown(slot, role), gone=frozenset({slot}))
    if not line.endless:
        yield Case(role, "own", own)
    hers = [slot for slot in slots if not line.is_shared(slot, role)]
    if line.is_everyones(role):
        if slots:
            yield Case(role, "another's", own, of_other=frozenset(slots))
    elif role is Role.MINISTRY and hers:
        yield Case(role, "another's", 404, as_other=True, like=hers[0])
    else:
        for slot in hers:
            yield Case(role, "another's", line.status_of_unknown(slot, role), of_other=frozenset({slot}), like=slot)
        if hers and len(slots) > 1:
            first = hers[0]
            yield Case(role, "another's", line.status_of_unknown(first, role), of_other=frozenset(slots), like=first)
