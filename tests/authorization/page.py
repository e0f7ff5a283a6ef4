"""Draws ``docs/authorization.md`` from the routes and from the table that the tests ask.

``python -m tests.authorization.page`` writes it; ``--check`` says whether it is current (exit 1 when it is not).
"""

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

from shared.http.callers import Operation
from shared.tokens import Role
from tests.authorization.cases import LET_IN, Case, Kind, cases
from tests.authorization.lines import TABLE, operations_of
from tests.authorization.table import Line

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "authorization.md"
COMMAND = "python -m tests.authorization.page"
_KINDS: tuple[Kind, ...] = ("own", "another's", "missing")


def drawn() -> str:
    """The whole page."""
    lines = [
        "# Qui peut quoi · who may do what",
        "",
        f"Tirée des routes et de la table des tests par · drawn from the routes and the tests' table by `{COMMAND}`.",
        "Ne pas modifier · do not edit.",
        "",
        "`tests/authorization` asks each answer of the running services, for each role. Who is not named is answered",
        "403 whatever the thing is, and without a token 401 (on a page: 303, to the sign-in). ✓ is let in; what is",
        "refused leaves nothing behind; another's 404 has the same words as a missing one's. In a list (≡) one's own",
        "is there and another's is not. A form that lacks answers is let in with 422. Pages are asked in full in",
        "French; in English, who is let in.",
        "",
    ]
    for service, table in TABLE.items():
        lines += [
            f"## {service}",
            "",
            "| operation | roles | own | another's | missing |",
            "| --- | --- | --- | --- | --- |",
        ]
        found = operations_of(service)
        lines += [_row(operation, table[name]) for name, operation in found.items() if name in table]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _row(operation: Operation, line: Line) -> str:
    asked = list(cases(operation, line))
    roles = "*open*" if operation.roles is None else ", ".join(role for role in Role if role in operation.roles)
    answers = [_answer([c for c in asked if c.kind == kind], operation, line) for kind in _KINDS]
    return f"| `{operation.method} {operation.path}` | {roles} | {' | '.join(answers)} |"


def _answer(asked: list[Case], operation: Operation, line: Line) -> str:
    """By status, whom it concerns; nobody named: everybody who may call."""
    may = [c for c in asked if operation.roles is None or (c.role is not None and c.role in operation.roles)]
    by_status: dict[str, list[str]] = {}
    for case in may:
        words = "✓" if case.expected == LET_IN else str(case.expected)
        named = by_status.setdefault(f"≡ {words}" if line.shows and case.kind == "own" else words, [])
        if str(case.role) not in named:
            named.append(str(case.role))
    if not by_status:
        return "as own" if line.endless else "–"
    if len(by_status) == 1:
        return next(iter(by_status))
    return "; ".join(f"{status} {', '.join(named)}" for status, named in _fewest_first(by_status))


def _fewest_first(by_status: dict[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    yield from sorted(by_status.items(), key=lambda item: (len(item[1]), item[0]))


def differences() -> list[str]:
    """What the page has that the code has not, and the reverse; empty when it is current."""
    there = PAGE.read_text() if PAGE.exists() else ""
    return list(difflib.unified_diff(there.splitlines(), drawn().splitlines(), PAGE.name, "code", n=0, lineterm=""))


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        PAGE.write_text(drawn())
        return 0
    if changed := differences():
        print("\n".join(changed[:40]))
        print(f"docs/authorization.md n'est plus à jour · is out of date: {COMMAND}")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
