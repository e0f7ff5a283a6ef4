"""Papers known of, and what ministries asked for before deciding."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from services.subsidies.domain.documents import Document
from services.subsidies.store.json import as_json
from shared.db import Tx
from shared.sql import columns_of, places_of

_DOCUMENT = columns_of(Document)


@dataclass(frozen=True)
class Registered:
    """Whom a paper is about and who said so. What serves every request of an employer names no person."""

    scope: str
    request_id: UUID | None
    hire_id: UUID | None
    candidate_id: UUID | None
    employer_id: UUID
    registered_by: str
    registered_at: datetime


def add_document(tx: Tx, document: Document, registered: Registered) -> None:
    tx.run(
        f"""INSERT INTO documents ({_DOCUMENT}, {columns_of(Registered)})
            VALUES ({places_of(Document)}, {places_of(Registered)})""",
        asdict(document) | asdict(registered),
    )


def list_documents(tx: Tx, hire_id: UUID, employer_id: UUID, request_id: UUID | None) -> list[Document]:
    """The papers that serve a request: its own, those of its hire and of its employer, newest first."""
    return tx.rows(
        Document,
        f"""SELECT {_DOCUMENT} FROM documents
            WHERE scope = 'request' AND request_id = %(request)s OR scope = 'hire' AND hire_id = %(hire)s
               OR scope = 'employer' AND employer_id = %(employer)s
            ORDER BY registered_at DESC, document_id""",
        {"request": request_id, "hire": hire_id, "employer": employer_id},
    )


@dataclass(frozen=True)
class InformationRequest:
    """One round of questions. ``note`` and ``answer`` are free text between the two sides; they are published to
    nobody."""

    request_id: UUID
    number: int
    questions: Sequence[str]
    note: str | None
    asked_on: date
    given_on: date | None = None
    given_by: str | None = None
    answer: str | None = None


def add_information_request(tx: Tx, asked: InformationRequest) -> None:
    tx.run(
        """INSERT INTO information_requests (request_id, number, questions, note, asked_on)
           VALUES (%s, %s, %s, %s, %s)""",
        (asked.request_id, asked.number, as_json(list(asked.questions)), asked.note, asked.asked_on),
    )


def answer_information_request(tx: Tx, given: InformationRequest) -> None:
    tx.run(
        """UPDATE information_requests SET given_on = %s, given_by = %s, answer = %s
           WHERE request_id = %s AND number = %s""",
        (given.given_on, given.given_by, given.answer, given.request_id, given.number),
    )


def list_information_requests(tx: Tx, request_id: UUID) -> list[InformationRequest]:
    return tx.rows(
        InformationRequest,
        """SELECT request_id, number, questions, note, asked_on, given_on, given_by, answer
           FROM information_requests WHERE request_id = %s ORDER BY number""",
        (request_id,),
    )


@dataclass(frozen=True)
class MinistryMessage:
    """Something a ministry said, by the id it gave it. Remembered for ever."""

    ministry: str
    kind: str  # information_request | course_decision | course_question | payment
    message_id: str
    about: UUID
    content_hash: str
    recorded_at: datetime


def add_message(tx: Tx, message: MinistryMessage) -> None:
    tx.run(
        """INSERT INTO ministry_messages (ministry, kind, message_id, about, content_hash, recorded_at)
           VALUES (%(ministry)s, %(kind)s, %(message_id)s, %(about)s, %(content_hash)s, %(recorded_at)s)""",
        asdict(message),
    )


def find_message(tx: Tx, ministry: str, kind: str, message_id: str) -> MinistryMessage | None:
    return tx.row(
        MinistryMessage,
        """SELECT ministry, kind, message_id, about, content_hash, recorded_at FROM ministry_messages
           WHERE ministry = %s AND kind = %s AND message_id = %s""",
        (ministry, kind, message_id),
    )


def save_introduction(tx: Tx, introduction_id: UUID, candidate_id: UUID, employer_id: UUID) -> None:
    tx.run(
        """INSERT INTO introductions (introduction_id, candidate_id, employer_id) VALUES (%s, %s, %s)
           ON CONFLICT DO NOTHING""",
        (introduction_id, candidate_id, employer_id),
    )


def find_introduced(tx: Tx, introduction_id: UUID) -> tuple[UUID, UUID] | None:
    """Candidate and employer."""
    row: tuple[UUID, UUID] | None = tx.conn.execute(
        "SELECT candidate_id, employer_id FROM introductions WHERE introduction_id = %s", (introduction_id,)
    ).fetchone()
    return row


def is_acquainted(tx: Tx, candidate_id: UUID, employer_id: UUID) -> bool:
    """Whether she agreed to be put before this employer, or works there."""
    return bool(
        tx.value(
            """SELECT 1 FROM introductions WHERE candidate_id = %(c)s AND employer_id = %(e)s
               UNION ALL SELECT 1 FROM hires WHERE candidate_id = %(c)s AND employer_id = %(e)s""",
            {"c": candidate_id, "e": employer_id},
        )
    )
