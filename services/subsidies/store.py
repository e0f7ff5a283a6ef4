"""The SQL, one function per question."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.subsidies.domain.assessment import EmployerFacts, Hire, PersonFacts, Result
from services.subsidies.domain.request import Decision, Request
from shared.db import Tx
from shared.errors import NotFound
from shared.money import Cents

# -- persons, their consents, employers -------------------------------------------------------------------------------


def is_erased(tx: Tx, candidate_id: UUID) -> bool:
    return bool(tx.value("SELECT erased FROM candidates WHERE candidate_id = %s", (candidate_id,)))


def save_person(tx: Tx, candidate_id: UUID, facts: PersonFacts, file_number: str | None = None) -> None:
    """What is known now replaces what was; the file number stays when none is given. Nothing about an erased person."""
    tx.run(
        """INSERT INTO candidates AS c
             (candidate_id, file_number, occupation, months_in_field_quebec, arrived_on, work_authorisation)
           VALUES (%s, %s, %s, %s, %s, %s)
           ON CONFLICT (candidate_id) DO UPDATE SET
             file_number = coalesce(excluded.file_number, c.file_number), occupation = excluded.occupation,
             months_in_field_quebec = excluded.months_in_field_quebec, arrived_on = excluded.arrived_on,
             work_authorisation = excluded.work_authorisation
           WHERE NOT c.erased""",
        (
            candidate_id,
            file_number,
            facts.occupation,
            facts.months_in_field_quebec,
            facts.arrived_on,
            facts.work_authorisation,
        ),
    )


def get_person(tx: Tx, candidate_id: UUID) -> PersonFacts:
    """All unknown for a person not heard of yet."""
    found = tx.row(
        PersonFacts,
        """SELECT occupation, months_in_field_quebec, arrived_on, work_authorisation
           FROM candidates WHERE candidate_id = %s""",
        (candidate_id,),
    )
    return found or PersonFacts()


def find_file_number(tx: Tx, candidate_id: UUID) -> str | None:
    number: str | None = tx.value("SELECT file_number FROM candidates WHERE candidate_id = %s", (candidate_id,))
    return number


def save_consent(tx: Tx, consent_id: UUID, candidate_id: UUID, recipient: str, *, withdrawn: bool) -> None:
    """An agreement once taken back stays so, whichever of its two facts comes first."""
    tx.run(
        """INSERT INTO consents AS c (consent_id, candidate_id, recipient, withdrawn) VALUES (%s, %s, %s, %s)
           ON CONFLICT (consent_id) DO UPDATE SET withdrawn = c.withdrawn OR excluded.withdrawn""",
        (consent_id, candidate_id, recipient, withdrawn),
    )


def consent_stands(tx: Tx, candidate_id: UUID | None, ministry: str) -> bool:
    """Whether the person agrees, now, that her file is sent to this ministry."""
    return bool(
        tx.value(
            "SELECT 1 FROM consents WHERE candidate_id = %s AND recipient = %s AND NOT withdrawn",
            (candidate_id, ministry),
        )
    )


def save_employer(tx: Tx, employer_id: UUID, facts: EmployerFacts) -> None:
    tx.run(
        """INSERT INTO employers (employer_id, legal_form, quebec_establishment) VALUES (%s, %s, %s)
           ON CONFLICT (employer_id) DO UPDATE
           SET legal_form = excluded.legal_form, quebec_establishment = excluded.quebec_establishment""",
        (employer_id, facts.legal_form, facts.quebec_establishment),
    )


def get_employer(tx: Tx, employer_id: UUID) -> EmployerFacts:
    """All unknown for an employer not heard of yet. Its row is held to the transaction's end: an employer that gets
    known at this moment waits for us, then finds our hire."""
    tx.run("INSERT INTO employers (employer_id) VALUES (%s) ON CONFLICT DO NOTHING", (employer_id,))
    found = tx.row(
        EmployerFacts,
        "SELECT legal_form, quebec_establishment FROM employers WHERE employer_id = %s FOR SHARE",
        (employer_id,),
    )
    return found or EmployerFacts()


# -- hires ------------------------------------------------------------------------------------------------------------

_HIRE = """hire_id, candidate_id, employer_id, occupation, wage_cents, hours_per_week, starts_on, permanent, in_field,
    hired_on, closed_reason"""


def save_hire(tx: Tx, hire: Hire) -> None:
    """Terms said again replace the earlier ones; a closed hire stays closed."""
    tx.run(
        f"""INSERT INTO hires ({_HIRE})
           VALUES (%(hire_id)s, %(candidate_id)s, %(employer_id)s, %(occupation)s, %(wage_cents)s, %(hours_per_week)s,
                   %(starts_on)s, %(permanent)s, %(in_field)s, %(hired_on)s, %(closed_reason)s)
           ON CONFLICT (hire_id) DO UPDATE SET
             occupation = excluded.occupation, wage_cents = excluded.wage_cents,
             hours_per_week = excluded.hours_per_week, starts_on = excluded.starts_on,
             permanent = excluded.permanent, in_field = excluded.in_field, hired_on = excluded.hired_on""",  # noqa: S608
        asdict(hire),
    )


def close_hire(tx: Tx, hire_id: UUID, reason: str) -> None:
    tx.run("UPDATE hires SET closed_reason = %s WHERE hire_id = %s AND closed_reason IS NULL", (reason, hire_id))


def find_hire(tx: Tx, hire_id: UUID) -> Hire | None:
    return tx.row(Hire, f"SELECT {_HIRE} FROM hires WHERE hire_id = %s", (hire_id,))  # noqa: S608


def list_hires_of(tx: Tx, candidate_id: UUID) -> list[Hire]:
    return tx.rows(Hire, f"SELECT {_HIRE} FROM hires WHERE candidate_id = %s", (candidate_id,))  # noqa: S608


def list_hires_at(tx: Tx, employer_id: UUID) -> list[Hire]:
    return tx.rows(Hire, f"SELECT {_HIRE} FROM hires WHERE employer_id = %s", (employer_id,))  # noqa: S608


# -- assessments ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StoredAssessment:
    """One version of what a measure said of a hire. ``criteria`` and ``lines`` as JSON."""

    assessment_id: UUID
    version: int
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    measure: str
    rule_version: str
    result: Result
    criteria: Sequence[Mapping[str, Any]]
    apply_until: date
    lines: Sequence[Mapping[str, Any]] | None
    amount_cents: Cents | None
    weeks: int | None
    assessed_at: datetime


_ASSESSMENT = ", ".join(field.name for field in fields(StoredAssessment))


def add_assessment(tx: Tx, assessment: StoredAssessment) -> None:
    values = asdict(assessment) | {"criteria": _json(assessment.criteria), "lines": _json(assessment.lines)}
    places = ", ".join(f"%({name})s" for name in values)
    tx.run(f"INSERT INTO assessments ({_ASSESSMENT}) VALUES ({places})", values)  # noqa: S608  # our own field names


def find_assessment(tx: Tx, hire_id: UUID, measure: str) -> StoredAssessment | None:
    """The one that stands."""
    return tx.row(
        StoredAssessment,
        f"""SELECT {_ASSESSMENT} FROM assessments WHERE hire_id = %s AND measure = %s
            ORDER BY version DESC LIMIT 1""",  # noqa: S608
        (hire_id, measure),
    )


def list_assessments(tx: Tx, hire_id: UUID, employer_id: UUID | None) -> list[StoredAssessment]:
    """Every version, newest first. ``employer_id``: only if the hire is this employer's."""
    return tx.rows(
        StoredAssessment,
        f"""SELECT {_ASSESSMENT} FROM assessments
            WHERE hire_id = %(hire)s AND (%(employer)s::uuid IS NULL OR employer_id = %(employer)s)
            ORDER BY measure, version DESC""",  # noqa: S608
        {"hire": hire_id, "employer": employer_id},
    )


# -- requests ---------------------------------------------------------------------------------------------------------

_REQUEST = ", ".join(field.name for field in fields(Request))


@dataclass(frozen=True)
class Whose:
    """Whose requests someone may see: everyone's (both None), one employer's, or those a ministry received."""

    employer_id: UUID | None = None
    ministry: str | None = None


def save_request(tx: Tx, request: Request) -> None:
    values = {field.name: getattr(request, field.name) for field in fields(Request)}
    values |= {name: _json(values[name]) for name in ("facts", "criteria", "lines")}
    places = ", ".join(f"%({name})s" for name in values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != "request_id")
    tx.run(
        f"""INSERT INTO requests ({_REQUEST}) VALUES ({places})
            ON CONFLICT (request_id) DO UPDATE SET {changes}""",  # noqa: S608
        values,
    )


def find_latest_request(tx: Tx, hire_id: UUID, measure: str) -> Request | None:
    return tx.row(
        Request,
        f"""SELECT {_REQUEST} FROM requests WHERE hire_id = %s AND measure = %s
            ORDER BY created_at DESC, state NOT IN ('refused', 'ended') DESC LIMIT 1""",  # noqa: S608
        (hire_id, measure),
    )


def find_request(tx: Tx, request_id: UUID) -> Request | None:
    return tx.row(
        Request,
        f"SELECT {_REQUEST} FROM requests WHERE request_id = %s",  # noqa: S608
        (request_id,),
    )


def get_request(tx: Tx, request_id: UUID, whose: Whose) -> Request:
    """Raises NotFound, also for another's."""
    found = _list(tx, "request_id = %(request_id)s", whose, request_id=request_id)
    if not found:
        raise NotFound
    return found[0]


def list_requests(tx: Tx, whose: Whose, state: str | None, after: UUID | None, limit: int) -> list[Request]:
    """Oldest first, from the one behind ``after``."""
    where = """(%(state)s::text IS NULL OR state = %(state)s) AND (%(after)s::uuid IS NULL OR (created_at, request_id)
        > (SELECT created_at, request_id FROM requests WHERE request_id = %(after)s))"""
    return _list(tx, where, whose, state=state, after=after, limit=limit)


def list_open_requests(tx: Tx, candidate_id: UUID) -> list[Request]:
    return _list(tx, "candidate_id = %(candidate_id)s AND state NOT IN ('refused', 'ended')", Whose(),
                 candidate_id=candidate_id)  # fmt: skip


def _list(tx: Tx, where: str, whose: Whose, limit: int = 500, **values: Any) -> list[Request]:
    return tx.rows(
        Request,
        f"""SELECT {_REQUEST} FROM requests WHERE {where}
              AND (%(employer)s::uuid IS NULL OR employer_id = %(employer)s)
              AND (%(ministry)s::text IS NULL OR ministry = %(ministry)s AND submitted_at IS NOT NULL)
            ORDER BY created_at, request_id LIMIT %(limit)s""",  # noqa: S608
        {"employer": whose.employer_id, "ministry": whose.ministry, "limit": limit, **values},
    )


# -- decisions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RecordedDecision(Decision):
    """A decision, the hash of all it said (an erasure may take its note), and when it reached us."""

    content_hash: str
    recorded_at: datetime


_DECISION = ", ".join(field.name for field in fields(RecordedDecision))


def add_decision(tx: Tx, decision: RecordedDecision) -> None:
    values = asdict(decision)
    places = ", ".join(f"%({name})s" for name in values)
    tx.run(f"INSERT INTO decisions ({_DECISION}) VALUES ({places})", values)  # noqa: S608


def find_decision(tx: Tx, ministry: str, decision_id: str) -> RecordedDecision | None:
    return tx.row(
        RecordedDecision,
        f"SELECT {_DECISION} FROM decisions WHERE ministry = %s AND decision_id = %s",  # noqa: S608
        (ministry, decision_id),
    )


# -- erasure ----------------------------------------------------------------------------------------------------------


def erase_person(tx: Tx, candidate_id: UUID) -> None:
    """Remove everything about a person. Her requests keep their amounts, without her or anything that describes her."""
    about = (candidate_id,)
    tx.run(
        """INSERT INTO candidates (candidate_id, erased) VALUES (%s, true)
           ON CONFLICT (candidate_id) DO UPDATE SET erased = true, file_number = NULL, occupation = NULL,
             months_in_field_quebec = NULL, arrived_on = NULL, work_authorisation = NULL""",
        about,
    )
    tx.run("DELETE FROM consents WHERE candidate_id = %s", about)
    tx.run("DELETE FROM assessments WHERE candidate_id = %s", about)
    tx.run("DELETE FROM hires WHERE candidate_id = %s", about)
    tx.run(
        """UPDATE decisions SET note = NULL
           WHERE request_id IN (SELECT request_id FROM requests WHERE candidate_id = %s)""",
        about,
    )
    tx.run(
        """UPDATE requests SET candidate_id = NULL, file_number = NULL, starts_on = NULL, facts = NULL, criteria = NULL,
             lines = NULL, decision_note = NULL WHERE candidate_id = %s""",
        about,
    )


def _json(value: object) -> Jsonb | None:
    return None if value is None else Jsonb(value)
