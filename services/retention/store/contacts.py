"""What was said, or that nobody was reached. It stays here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from services.retention.domain.questions import QUESTIONS
from services.retention.domain.signals import Outlook
from services.retention.domain.tasks import ContactMade, Task
from shared.db import Tx


@dataclass(frozen=True)
class Contact:
    """``recorded_by`` is ``role:id``; ``call_id`` the call in which several were made."""

    contact_id: UUID
    task_id: UUID
    side: str
    result: str
    held_on: date
    outlook: int | None
    note: str | None
    answers: dict[str, str]
    questions_version: str | None
    call_id: UUID | None
    recorded_by: str
    recorded_at: datetime


def add_contact(
    tx: Tx, contact_id: UUID, task: Task, made: ContactMade, recorded_by: str, call_id: UUID | None = None
) -> None:
    tx.run(
        """INSERT INTO contacts (contact_id, task_id, result, held_on, outlook, note, answers, questions_version,
                                 call_id, recorded_by, recorded_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            contact_id,
            task.task_id,
            made.result,
            made.held_on,
            made.outlook,
            made.note,
            Jsonb(dict(made.answers)),
            QUESTIONS[task.side].version if made.answers else None,
            call_id,
            recorded_by,
            tx.now,
        ),
    )


def list_contacts(tx: Tx, candidate_id: UUID) -> list[Contact]:
    """Everything said about a person's employments, oldest first."""
    return tx.rows(
        Contact,
        """SELECT contact_id, task_id, side, result, held_on, outlook, note, answers, questions_version, call_id,
                  recorded_by, recorded_at
           FROM contacts JOIN tasks USING (task_id) WHERE candidate_id = %s ORDER BY recorded_at, contact_id""",
        (candidate_id,),
    )


def list_outlooks(tx: Tx, hire_id: UUID) -> list[Outlook]:
    """What each side of an employment thought, oldest contact first."""
    return tx.rows(
        Outlook,
        """SELECT contact_id, side, outlook, held_on FROM contacts JOIN tasks USING (task_id)
           WHERE hire_id = %s AND outlook IS NOT NULL ORDER BY held_on, recorded_at, contact_id""",
        (hire_id,),
    )


def list_outlooks_in(tx: Tx, contact_ids: Iterable[UUID]) -> dict[UUID, Outlook]:
    """What was thought at these contacts, by contact."""
    rows = tx.rows(
        Outlook,
        """SELECT contact_id, side, outlook, held_on FROM contacts JOIN tasks USING (task_id)
           WHERE contact_id = ANY(%s) AND outlook IS NOT NULL""",
        (list(contact_ids),),
    )
    return {row.contact_id: row for row in rows}


def list_failed_tries(tx: Tx, task_id: UUID) -> list[UUID]:
    """The contacts of a task at which nobody was reached."""
    rows = tx.conn.execute(
        "SELECT contact_id FROM contacts WHERE task_id = %s AND result = 'not_reached' ORDER BY recorded_at", (task_id,)
    )
    return [contact_id for (contact_id,) in rows.fetchall()]
