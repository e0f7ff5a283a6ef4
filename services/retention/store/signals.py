"""Signals, and the absences some of them rest on."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from services.retention.domain.signals import Absence, Signal
from shared.db import Tx
from shared.errors import NotFound
from shared.sql import columns_of

_SIGNAL = columns_of(Signal)
# whether it stands open -> where a page of such signals begins, and their order
_BEGINS = {
    True: "closed_on IS NULL AND (raised_on, signal_id) > (%(day)s, %(signal)s)",
    False: "(closed_on, signal_id) < (%(day)s, %(signal)s)",
}
_ORDER = {True: "raised_on, signal_id", False: "closed_on DESC, signal_id DESC"}


def add_signal(tx: Tx, signal: Signal) -> bool:
    """False when it was raised before, or one of its kind stands open for this employment."""
    return bool(
        tx.run(
            """INSERT INTO signals (signal_id, hire_id, candidate_id, employer_id, kind, reasons, about, rule_version,
                                    raised_on, task_id)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING""",
            (
                signal.signal_id,
                signal.hire_id,
                signal.candidate_id,
                signal.employer_id,
                signal.kind,
                list(signal.reasons),
                list(signal.about),
                signal.rule_version,
                signal.raised_on,
                signal.task_id,
            ),
        )
    )


def find_signal(tx: Tx, signal_id: UUID) -> Signal | None:
    return tx.row(Signal, f"SELECT {_SIGNAL} FROM signals WHERE signal_id = %s", (signal_id,))


def lock_signal(tx: Tx, signal_id: UUID) -> Signal:
    """The signal, with its person's case locked to the transaction's end. Raises NotFound."""
    found = find_signal(tx, signal_id)
    if found is None:
        raise NotFound
    tx.lock(str(found.candidate_id))
    current = find_signal(tx, signal_id)
    if current is None:  # she was forgotten meanwhile
        raise NotFound
    return current


def save_closure(tx: Tx, signal: Signal) -> None:
    tx.run(
        "UPDATE signals SET closed_on = %s, done = %s, note = %s, closed_by = %s WHERE signal_id = %s",
        (signal.closed_on, signal.done, signal.note, signal.closed_by, signal.signal_id),
    )


def close_all(tx: Tx, hire_id: UUID, done: str, on: date) -> None:
    """The employment is over, and with it what was feared for it."""
    tx.run("UPDATE signals SET closed_on = %s, done = %s WHERE hire_id = %s AND closed_on IS NULL", (on, done, hire_id))


def list_signals_of(tx: Tx, hire_id: UUID) -> list[Signal]:
    """All signals of an employment, oldest first."""
    return tx.rows(
        Signal,
        f"SELECT {_SIGNAL} FROM signals WHERE hire_id = %s ORDER BY raised_on, signal_id",
        (hire_id,),
    )


def list_signals(
    tx: Tx, *, still_open: bool, advisor_id: UUID | None, after: tuple[date, UUID], limit: int
) -> list[Signal]:
    """Signals that stand open, oldest first, or are closed, the latest closed first; of the persons of one advisor, or
    of all."""
    return tx.rows(
        Signal,
        f"""SELECT {_SIGNAL} FROM signals
            WHERE {_BEGINS[still_open]} AND (%(advisor)s::uuid IS NULL OR EXISTS (
                  SELECT 1 FROM tasks t WHERE t.task_id = signals.task_id AND t.advisor_id = %(advisor)s))
            ORDER BY {_ORDER[still_open]} LIMIT %(limit)s""",
        {"day": after[0], "signal": after[1], "advisor": advisor_id, "limit": limit},
    )


def kinds_by_task(tx: Tx, task_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The kind of the signal that each of these tasks is about."""
    rows: Sequence[tuple[UUID, str]] = tx.conn.execute(
        "SELECT task_id, kind FROM signals WHERE task_id = ANY(%s)", (list(task_ids),)
    ).fetchall()
    return dict(rows)


# -- absences ---------------------------------------------------------------------------------------------------------


def add_absence(tx: Tx, absence: Absence, candidate_id: UUID, employer_id: UUID, to_on: date) -> bool:
    """False when this absence is known, also from another's report."""
    return bool(
        tx.run(
            """INSERT INTO absences (report_id, candidate_id, employer_id, from_on, to_on) VALUES (%s, %s, %s, %s, %s)
               ON CONFLICT DO NOTHING""",
            (absence.report_id, candidate_id, employer_id, absence.from_on, to_on),
        )
    )


def list_uncounted_absences(tx: Tx, candidate_id: UUID, employer_id: UUID, since: date) -> list[Absence]:
    """Absences since the start of the job that no signal has counted."""
    return tx.rows(
        Absence,
        """SELECT report_id, from_on FROM absences
           WHERE candidate_id = %s AND employer_id = %s AND from_on >= %s AND signal_id IS NULL ORDER BY from_on""",
        (candidate_id, employer_id, since),
    )


def count_absences_in(tx: Tx, signal_id: UUID, report_ids: Sequence[UUID]) -> None:
    tx.run("UPDATE absences SET signal_id = %s WHERE report_id = ANY(%s)", (signal_id, list(report_ids)))
