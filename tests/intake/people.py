"""A person as a sender would describe her, and where she stands."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.intake.domain.consents import Agreement
from services.intake.domain.facts import Facts
from services.intake.domain.jobs import JobTerms, Vacancy
from services.intake.domain.people import Reach
from services.intake.handlers.candidates import admit_candidate
from services.intake.handlers.employers import NewEmployer, register_employer
from services.intake.handlers.partners import add_partner
from services.intake.handlers.referrals import NewReferral, Received, receive_referral
from shared import clock
from shared.db import Tx

CANARY = "Zyxcanari"  # a family name that must be nowhere but in the vault
ADVISOR = UUID("11111111-1111-4111-8111-111111111111")


def complete_facts(today: date) -> Facts:
    """Everything asked for, every criterion met."""
    return Facts(
        arrived_on=today - timedelta(days=400),
        diploma_from="abroad",
        months_in_field_quebec=0,
        occupation="11101",
        french_listening=8,
        french_speaking=7,
        municipality="laval",
        work_authorisation="permanent_resident",
    )


def a_referral(tx: Tx, *, purposes: tuple[str, ...] = (), **changes: Any) -> NewReferral:
    today = clock.local_date(tx.now)
    new = NewReferral(
        channel="fair",
        partner_id=None,
        person=Reach("Rola", CANARY, "514 555-0100", "Rola@Example.org"),
        agreement=Agreement(today, "2026-01", "own_link", purposes),
        facts=complete_facts(today),
    )
    return replace(new, **changes)


def refer(tx: Tx, **changes: Any) -> Received:
    return receive_referral(tx, a_referral(tx, **changes))


def partner(tx: Tx) -> UUID:
    return add_partner(tx, "Un organisme du quartier", "community_body").partner_id


def refer_by(tx: Tx, partner_id: UUID, **changes: Any) -> Received:
    return refer(tx, channel="partner_system", partner_id=partner_id, **changes)


def admitted(tx: Tx, **changes: Any) -> Received:
    received = refer(tx, **changes)
    admit_candidate(tx, received.candidate_id, ADVISOR)
    return received


def employer(tx: Tx) -> UUID:
    new = NewEmployer(f"Ateliers {CANARY}", "manufacturing", "private", "laval", True, uuid4(), CANARY, "5145550101")
    return register_employer(tx, new).employer_id


def a_vacancy(**changes: Any) -> Vacancy:
    job = Vacancy("11101", 1, 2800, 3200, 37, None, True, "laval")  # type: ignore[arg-type]
    return replace(job, **changes)


def some_terms(today: date, **changes: Any) -> JobTerms:
    return replace(JobTerms("94140", 2100, 40, today, True), **changes)  # type: ignore[arg-type]


def rows(tx: Tx, table: str) -> int:
    return int(tx.value(f"SELECT count(*) FROM {table}"))


def rows_naming(tx: Tx, needle: str) -> list[str]:
    """Every table, outside the vault, in which the text occurs."""
    tables = tx.conn.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    ).fetchall()
    return [
        name
        for (name,) in tables
        if not name.startswith("vault_")
        and tx.conn.execute(
            f"SELECT 1 FROM {name} t WHERE t::text ILIKE %s LIMIT 1",
            (f"%{needle}%",),
        ).fetchone()
    ]
