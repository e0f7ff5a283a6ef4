"""The SQL, one function per question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.retention.domain.employments import Employment
from services.retention.domain.plan import Subsidy
from services.retention.domain.tasks import ContactMade, Task
from shared.db import Tx
from shared.errors import NotFound

_EMPLOYMENT = """hire_id, plan_id, candidate_id, employer_id, source, starts_on, hired_on, rule_version, state,
    ended_on, end_reason"""
_TASK = """task_id, plan_id, hire_id, candidate_id, employer_id, contact, side, request_id, planned_on, due_on, state,
    reason, advisor_id"""


@dataclass(frozen=True)
class Candidate:
    candidate_id: UUID
    file_number: str
    advisor_id: UUID


@dataclass(frozen=True)
class Contact:
    """What was said, or that nobody was reached. ``recorded_by`` is ``role:id``."""

    contact_id: UUID
    task_id: UUID
    result: str
    held_on: date
    outlook: int | None
    note: str | None
    recorded_by: str
    recorded_at: datetime


# -- persons ----------------------------------------------------------------------------------------------------------


def save_candidate(tx: Tx, candidate: Candidate) -> None:
    tx.run(
        """INSERT INTO candidates (candidate_id, file_number, advisor_id) VALUES (%s, %s, %s)
           ON CONFLICT (candidate_id) DO UPDATE
           SET file_number = excluded.file_number, advisor_id = excluded.advisor_id""",
        (candidate.candidate_id, candidate.file_number, candidate.advisor_id),
    )


def find_candidate(tx: Tx, candidate_id: UUID) -> Candidate | None:
    return tx.row(
        Candidate,
        "SELECT candidate_id, file_number, advisor_id FROM candidates WHERE candidate_id = %s",
        (candidate_id,),
    )


def list_candidates(tx: Tx, candidate_ids: Iterable[UUID]) -> dict[UUID, Candidate]:
    """Those known, by id."""
    rows = tx.rows(
        Candidate,
        "SELECT candidate_id, file_number, advisor_id FROM candidates WHERE candidate_id = ANY(%s)",
        (list(candidate_ids),),
    )
    return {row.candidate_id: row for row in rows}


def is_forgotten(tx: Tx, candidate_id: UUID) -> bool:
    return bool(tx.value("SELECT 1 FROM forgotten WHERE candidate_id = %s", (candidate_id,)))


def forget_person(tx: Tx, candidate_id: UUID) -> None:
    """Remove everything about her; her employments stay and count, without her."""
    tx.run("INSERT INTO forgotten (candidate_id) VALUES (%s) ON CONFLICT DO NOTHING", (candidate_id,))
    tx.run("DELETE FROM tasks WHERE candidate_id = %s", (candidate_id,))  # and their contacts
    tx.run("DELETE FROM subsidies WHERE candidate_id = %s", (candidate_id,))
    tx.run("DELETE FROM candidates WHERE candidate_id = %s", (candidate_id,))
    tx.run("UPDATE employments SET candidate_id = NULL WHERE candidate_id = %s", (candidate_id,))


# -- employments and subsidies ----------------------------------------------------------------------------------------


def add_employment(tx: Tx, employment: Employment) -> bool:
    """False when the hire is known already."""
    return bool(
        tx.run(
            """INSERT INTO employments (hire_id, plan_id, candidate_id, employer_id, source, starts_on, hired_on,
                                        rule_version, state)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING""",
            (
                employment.hire_id,
                employment.plan_id,
                employment.candidate_id,
                employment.employer_id,
                employment.source,
                employment.starts_on,
                employment.hired_on,
                employment.rule_version,
                employment.state,
            ),
        )
    )


def find_employment(tx: Tx, hire_id: UUID) -> Employment | None:
    return tx.row(
        Employment,
        f"SELECT {_EMPLOYMENT} FROM employments WHERE hire_id = %s",  # noqa: S608  # our own column list
        (hire_id,),
    )


def list_employments(tx: Tx, candidate_id: UUID) -> list[Employment]:
    """All employments of a person, by start."""
    return tx.rows(
        Employment,
        f"SELECT {_EMPLOYMENT} FROM employments WHERE candidate_id = %s ORDER BY starts_on, hire_id",  # noqa: S608
        (candidate_id,),
    )


def cancel_employment(tx: Tx, hire_id: UUID) -> None:
    tx.run("UPDATE employments SET state = 'cancelled' WHERE hire_id = %s", (hire_id,))


def end_employment(tx: Tx, hire_id: UUID, ended_on: date, reason: str) -> None:
    tx.run(
        "UPDATE employments SET state = 'ended', ended_on = %s, end_reason = %s WHERE hire_id = %s",
        (ended_on, reason, hire_id),
    )


def save_subsidy(tx: Tx, subsidy: Subsidy) -> None:
    tx.run(
        """INSERT INTO subsidies (request_id, hire_id, candidate_id, ends_on, known_on) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (request_id) DO UPDATE SET ends_on = excluded.ends_on, known_on = excluded.known_on""",
        (subsidy.request_id, subsidy.hire_id, subsidy.candidate_id, subsidy.ends_on, subsidy.known_on),
    )


def find_subsidy(tx: Tx, request_id: UUID) -> Subsidy | None:
    return tx.row(
        Subsidy,
        "SELECT request_id, hire_id, candidate_id, ends_on, known_on FROM subsidies WHERE request_id = %s",
        (request_id,),
    )


def list_subsidies(tx: Tx, hire_id: UUID) -> list[Subsidy]:
    return tx.rows(
        Subsidy,
        """SELECT request_id, hire_id, candidate_id, ends_on, known_on FROM subsidies WHERE hire_id = %s
           ORDER BY ends_on, request_id""",
        (hire_id,),
    )


# -- tasks and contacts -----------------------------------------------------------------------------------------------


def add_tasks(tx: Tx, tasks: Sequence[Task]) -> None:
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO tasks ({_TASK}) VALUES ({', '.join(['%s'] * 13)})",  # noqa: S608  # our own column list
            [
                (
                    task.task_id,
                    task.plan_id,
                    task.hire_id,
                    task.candidate_id,
                    task.employer_id,
                    task.contact,
                    task.side,
                    task.request_id,
                    task.planned_on,
                    task.due_on,
                    task.state,
                    task.reason,
                    task.advisor_id,
                )
                for task in tasks
            ],
        )


def save_task(tx: Tx, task: Task) -> None:
    """What may change about a task: its days, its state and the reason."""
    tx.run(
        "UPDATE tasks SET planned_on = %s, due_on = %s, state = %s, reason = %s WHERE task_id = %s",
        (task.planned_on, task.due_on, task.state, task.reason, task.task_id),
    )


def cancel_open_tasks(tx: Tx, hire_id: UUID, reason: str) -> list[UUID]:
    """The ids of those that stood."""
    rows = tx.conn.execute(
        "UPDATE tasks SET state = 'cancelled', reason = %s WHERE hire_id = %s AND open RETURNING task_id",
        (reason, hire_id),
    )
    return [task_id for (task_id,) in rows.fetchall()]


def assign_open_tasks(tx: Tx, candidate_id: UUID, advisor_id: UUID) -> None:
    tx.run("UPDATE tasks SET advisor_id = %s WHERE candidate_id = %s AND open", (advisor_id, candidate_id))


def find_task(tx: Tx, task_id: UUID) -> Task | None:
    return tx.row(Task, f"SELECT {_TASK} FROM tasks WHERE task_id = %s", (task_id,))  # noqa: S608


def lock_task(tx: Tx, task_id: UUID) -> Task:
    """The task, with its person's case locked to the transaction's end, as for every fact about her. Raises
    NotFound."""
    found = find_task(tx, task_id)
    if found is None:
        raise NotFound
    tx.lock(str(found.candidate_id))
    current = find_task(tx, task_id)
    if current is None:  # she was forgotten meanwhile
        raise NotFound
    return current


def list_tasks(tx: Tx, hire_id: UUID) -> list[Task]:
    """The whole plan of an employment, by due day."""
    return tx.rows(
        Task,
        f"SELECT {_TASK} FROM tasks WHERE hire_id = %s ORDER BY due_on, task_id",  # noqa: S608
        (hire_id,),
    )


def list_open_tasks(
    tx: Tx, due: tuple[date, date], advisor_id: UUID | None, after: tuple[date, UUID], limit: int
) -> list[Task]:
    """Open tasks due between two days, by due day, from the one after ``after``; of one advisor, or (None) of all."""
    return tx.rows(
        Task,
        f"""SELECT {_TASK} FROM tasks
            WHERE open AND due_on BETWEEN %(first)s AND %(last)s AND (due_on, task_id) > (%(day)s, %(task)s)
              AND (%(advisor)s::uuid IS NULL OR advisor_id = %(advisor)s)
            ORDER BY due_on, task_id LIMIT %(limit)s""",  # noqa: S608  # our own column list
        {
            "first": due[0],
            "last": due[1],
            "day": after[0],
            "task": after[1],
            "advisor": advisor_id,
            "limit": limit,
        },
    )


def add_contact(tx: Tx, contact_id: UUID, task_id: UUID, made: ContactMade, recorded_by: str) -> None:
    tx.run(
        """INSERT INTO contacts (contact_id, task_id, result, held_on, outlook, note, recorded_by, recorded_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (contact_id, task_id, made.result, made.held_on, made.outlook, made.note, recorded_by, tx.now),
    )


def list_contacts(tx: Tx, candidate_id: UUID) -> list[Contact]:
    """Everything said about a person's employments, oldest first."""
    return tx.rows(
        Contact,
        """SELECT contact_id, task_id, result, held_on, outlook, note, recorded_by, recorded_at
           FROM contacts JOIN tasks USING (task_id) WHERE candidate_id = %s ORDER BY recorded_at, contact_id""",
        (candidate_id,),
    )
