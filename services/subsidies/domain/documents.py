"""The papers a request needs, and which of them are there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.subsidies.domain.measures import DocumentKind, MeasureVersion

Status = Literal["present", "missing", "expired"]


@dataclass(frozen=True)
class Document:
    """What is known of a paper; the paper itself stays where it is. ``reference`` is its number."""

    document_id: UUID
    kind: str
    issued_on: date | None
    expires_on: date | None
    reference: str | None


@dataclass(frozen=True)
class Checked:
    """A paper that is asked for: there (until when), missing, or no longer valid."""

    kind: str
    fr: str
    en: str
    status: Status
    document_id: UUID | None
    issued_on: date | None
    expires_on: date | None
    reference: str | None = None


def check_documents(
    rules: MeasureVersion,
    kinds: Mapping[str, DocumentKind],
    work_authorisation: str | None,
    held: Sequence[Document],
    today: date,
) -> list[Checked]:
    """Every paper ``rules`` ask for. Of several of a kind the one that holds longest counts; one is valid on its last
    day."""
    wanted = [
        required.kind
        for required in rules.documents
        if required.when_authorisation is None or work_authorisation in required.when_authorisation
    ]
    return [_checked(kinds[kind], [each for each in held if each.kind == kind], today) for kind in wanted]


def lacking_documents(checked: Sequence[Checked]) -> list[str]:
    """Codes: ``document:<kind>`` for a missing one, ``document_expired:<kind>``."""
    prefix = {"missing": "document", "expired": "document_expired"}
    return [f"{prefix[each.status]}:{each.kind}" for each in checked if each.status != "present"]


def _checked(kind: DocumentKind, held: Sequence[Document], today: date) -> Checked:
    best = max(held, key=lambda each: each.expires_on or date.max, default=None)
    if best is None:
        return Checked(kind.code, kind.fr, kind.en, "missing", None, None, None)
    over = best.expires_on is not None and best.expires_on < today
    status: Status = "expired" if over else "present"
    return Checked(
        kind.code, kind.fr, kind.en, status, best.document_id, best.issued_on, best.expires_on, best.reference
    )
