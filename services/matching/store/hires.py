"""Offers, choices and hires."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID, uuid4

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from shared.db import Tx
from shared.errors import NotFound
from shared.events.matching import CandidateHired
from shared.events.parts import Terms


@dataclass(frozen=True)
class Offer:
    """What a company offers to one person."""

    offer_id: UUID
    introduction_id: UUID
    candidate_id: UUID
    state: str
    terms: Terms
    made_at: datetime


@dataclass(frozen=True)
class Choice:
    """A decision between open offers."""

    choice_id: UUID
    candidate_id: UUID | None
    chosen_offer_id: UUID
    open_offer_ids: list[UUID]
    chosen_at: datetime


@dataclass(frozen=True)
class Hire:
    """An accepted offer. ``candidate_id`` is None once the person was erased."""

    hire_id: UUID
    candidate_id: UUID | None
    employer_id: UUID
    introduction_id: UUID | None
    state: str
    starts_on: date


_OFFER: TypeAdapter[Offer] = TypeAdapter(Offer)
_SELECT_OFFER: LiteralString = "SELECT offer_id, introduction_id, candidate_id, state, terms, made_at FROM offers "
_SELECT_HIRE: LiteralString = "SELECT hire_id, candidate_id, employer_id, introduction_id, state, starts_on FROM hires "


def add_offer(tx: Tx, introduction_id: UUID, candidate_id: UUID, terms: Terms) -> UUID:
    """The id of the new offer, which replaces an open one of the same introduction."""
    offer_id = uuid4()
    tx.run("UPDATE offers SET state = 'replaced' WHERE introduction_id = %s AND state = 'open'", (introduction_id,))
    tx.run(
        """INSERT INTO offers (offer_id, introduction_id, candidate_id, state, terms, made_at)
           VALUES (%s, %s, %s, 'open', %s, %s)""",
        (offer_id, introduction_id, candidate_id, Jsonb(terms.model_dump(mode="json")), tx.now),
    )
    return offer_id


def get_offer(tx: Tx, offer_id: UUID) -> Offer:
    """Raises NotFound; an erased person's offers are not found."""
    found = _offers(tx, _SELECT_OFFER + "WHERE offer_id = %s AND candidate_id IS NOT NULL", (offer_id,))
    if not found:
        raise NotFound
    return found[0]


def find_open_offer(tx: Tx, introduction_id: UUID) -> UUID | None:
    """The id of the offer that stands open for this introduction."""
    found: UUID | None = tx.value(
        "SELECT offer_id FROM offers WHERE introduction_id = %s AND state = 'open'", (introduction_id,)
    )
    return found


def list_open_offers(tx: Tx, candidate_id: UUID) -> list[Offer]:
    return _offers(
        tx, _SELECT_OFFER + "WHERE candidate_id = %s AND state = 'open' ORDER BY made_at, offer_id", (candidate_id,)
    )


def list_latest_offers(tx: Tx, introduction_ids: list[UUID]) -> dict[UUID, Offer]:
    """The latest offer of each introduction that has one."""
    offers = _offers(
        tx,
        _SELECT_OFFER + "WHERE introduction_id = ANY(%s) AND candidate_id IS NOT NULL ORDER BY made_at",
        (introduction_ids,),
    )
    return {offer.introduction_id: offer for offer in offers}


def save_offer_state(tx: Tx, introduction_id: UUID, state: str) -> None:
    """What became of the open offer of an introduction, if there is one."""
    tx.run("UPDATE offers SET state = %s WHERE introduction_id = %s AND state = 'open'", (state, introduction_id))


def add_choice(tx: Tx, candidate_id: UUID, chosen_offer_id: UUID, open_offer_ids: Sequence[UUID]) -> UUID:
    choice_id = uuid4()
    tx.run(
        """INSERT INTO choices (choice_id, candidate_id, chosen_offer_id, open_offer_ids, chosen_at)
           VALUES (%s, %s, %s, %s, %s)""",
        (choice_id, candidate_id, chosen_offer_id, list(open_offer_ids), tx.now),
    )
    return choice_id


def list_choices(tx: Tx, candidate_id: UUID) -> list[Choice]:
    """Her decisions, oldest first."""
    return tx.rows(
        Choice,
        """SELECT choice_id, candidate_id, chosen_offer_id, open_offer_ids, chosen_at FROM choices
           WHERE candidate_id = %s ORDER BY chosen_at, choice_id""",
        (candidate_id,),
    )


def list_offers(tx: Tx, offer_ids: list[UUID]) -> list[Offer]:
    return _offers(
        tx, _SELECT_OFFER + "WHERE offer_id = ANY(%s) AND candidate_id IS NOT NULL ORDER BY made_at", (offer_ids,)
    )


def save_start(tx: Tx, hire_id: UUID, starts_on: date) -> None:
    tx.run("UPDATE hires SET starts_on = %s WHERE hire_id = %s AND state = 'open'", (starts_on, hire_id))


def add_hire(tx: Tx, hired: CandidateHired) -> None:
    tx.run(
        """INSERT INTO hires (hire_id, candidate_id, employer_id, vacancy_id, introduction_id, source, terms, in_field,
                              hired_on, starts_on, state)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'open')""",
        (
            hired.hire_id,
            hired.candidate_id,
            hired.employer_id,
            hired.vacancy_id,
            hired.introduction_id,
            hired.source,
            Jsonb(hired.terms.model_dump(mode="json")),
            hired.in_field,
            hired.hired_on,
            hired.terms.starts_on,
        ),
    )


def find_hire(tx: Tx, hire_id: UUID) -> Hire | None:
    return tx.row(Hire, _SELECT_HIRE + "WHERE hire_id = %s", (hire_id,))


def get_hire(tx: Tx, hire_id: UUID) -> Hire:
    """Raises NotFound."""
    found = find_hire(tx, hire_id)
    if found is None:
        raise NotFound
    return found


def find_open_hire_at(tx: Tx, candidate_id: UUID, employer_id: UUID) -> Hire | None:
    return tx.row(
        Hire,
        _SELECT_HIRE + "WHERE candidate_id = %s AND employer_id = %s AND state = 'open'",
        (candidate_id, employer_id),
    )


def list_hires_by_introduction(tx: Tx, introduction_ids: list[UUID]) -> dict[UUID, UUID]:
    """Introduction → hire, for those that led to one which was not cancelled."""
    rows = tx.conn.execute(
        "SELECT introduction_id, hire_id FROM hires WHERE introduction_id = ANY(%s) AND state <> 'cancelled'",
        (introduction_ids,),
    )
    return dict(rows.fetchall())


def save_hire_end(tx: Tx, hire_id: UUID, state: str, *, ended_on: date | None, reason: str) -> None:
    """``state``: ended | cancelled."""
    tx.run(
        "UPDATE hires SET state = %s, ended_on = %s, reason = %s, closed_at = %s WHERE hire_id = %s",
        (state, ended_on, reason, tx.now, hire_id),
    )


def _offers(tx: Tx, sql: LiteralString, params: Sequence[object]) -> list[Offer]:
    cursor = tx.conn.cursor(row_factory=dict_row)
    return [_OFFER.validate_python(row) for row in cursor.execute(sql, params)]
