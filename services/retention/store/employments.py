"""Employments, the terms they run on, the subsidies whose end is followed, the milestones reached."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.retention.domain.changes import JobTerms, TermsChange
from services.retention.domain.employments import Employment
from services.retention.domain.plan import Subsidy
from shared.db import Tx
from shared.errors import NotFound
from shared.sql import columns_of

_EMPLOYMENT = columns_of(Employment)


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
        f"SELECT {_EMPLOYMENT} FROM employments WHERE hire_id = %s",
        (hire_id,),
    )


def list_employments(tx: Tx, candidate_id: UUID) -> list[Employment]:
    """All employments of a person, by start."""
    return tx.rows(
        Employment,
        f"SELECT {_EMPLOYMENT} FROM employments WHERE candidate_id = %s ORDER BY starts_on, hire_id",
        (candidate_id,),
    )


def lock_employment(tx: Tx, hire_id: UUID) -> Employment:
    """The employment of a person who is known, with her case locked to the transaction's end. Raises NotFound."""
    found = find_employment(tx, hire_id)
    if found is None or found.candidate_id is None:
        raise NotFound
    tx.lock(str(found.candidate_id))
    current = find_employment(tx, hire_id)
    if current is None or current.candidate_id is None:  # she was forgotten meanwhile
        raise NotFound
    return current


def list_employments_at(tx: Tx, employer_id: UUID) -> list[Employment]:
    """The jobs with an employer that stand open, of persons who are known, by start."""
    return tx.rows(
        Employment,
        f"""SELECT {_EMPLOYMENT} FROM employments
            WHERE employer_id = %s AND state = 'open' AND candidate_id IS NOT NULL
            ORDER BY starts_on, hire_id""",
        (employer_id,),
    )


def move_start(tx: Tx, hire_id: UUID, starts_on: date) -> None:
    tx.run("UPDATE employments SET starts_on = %s WHERE hire_id = %s", (starts_on, hire_id))


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


# -- terms ------------------------------------------------------------------------------------------------------------


def add_terms(
    tx: Tx, hire_id: UUID, kind: str, effective_on: date, terms: JobTerms, report_id: UUID | None = None
) -> bool:
    """False when this report is known already."""
    return bool(
        tx.run(
            """INSERT INTO employment_terms (hire_id, report_id, kind, effective_on, recorded_at, occupation,
                                             wage_cents, hours_per_week, starts_on, permanent)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (report_id) DO NOTHING""",
            (
                hire_id,
                report_id,
                kind,
                effective_on,
                tx.now,
                terms.occupation,
                terms.wage_cents,
                terms.hours_per_week,
                terms.starts_on,
                terms.permanent,
            ),
        )
    )


def list_terms(tx: Tx, hire_id: UUID) -> list[TermsChange]:
    """The history of a job's terms, in the order of its effect."""
    return tx.rows(
        TermsChange,
        """SELECT kind, effective_on, recorded_at, occupation, wage_cents, hours_per_week, starts_on, permanent
           FROM employment_terms WHERE hire_id = %s ORDER BY effective_on, position""",
        (hire_id,),
    )


# -- milestones -------------------------------------------------------------------------------------------------------


def add_milestone(tx: Tx, hire_id: UUID, milestone: str, reached_on: date) -> bool:
    """False when it was reached before."""
    return bool(
        tx.run(
            "INSERT INTO milestones (hire_id, milestone, reached_on) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (hire_id, milestone, reached_on),
        )
    )


def list_milestones(tx: Tx, hire_id: UUID) -> dict[str, date]:
    """Milestone code -> the day on which it was reached."""
    rows: Sequence[tuple[str, date]] = tx.conn.execute(
        "SELECT milestone, reached_on FROM milestones WHERE hire_id = %s ORDER BY reached_on", (hire_id,)
    ).fetchall()
    return dict(rows)
