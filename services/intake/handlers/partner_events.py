"""A partner's system tells a fact. Each takes effect once, for ever, by (partner, source, id)."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from services.intake.domain.partner_events import event_id_reused
from services.intake.handlers.employers import NewEmployer, register_employer
from services.intake.store import employers, partner_events, referrals
from shared.db import Tx
from shared.errors import Invalid, Problem


@dataclass(frozen=True)
class Taken:
    """What a partner's event led to. It is kept for the day on which the event comes again: ids and codes, no name."""

    candidate_id: UUID | None = None
    referral_id: UUID | None = None
    file_number: str | None = None
    state: str | None = None
    missing: tuple[str, ...] | None = None
    employer_id: UUID | None = None
    vacancy_id: UUID | None = None
    attendance_id: UUID | None = None
    report_id: UUID | None = None
    forgotten: bool = False  # the person has been erased since: nothing more is known of what the event led to


def take_event(
    tx: Tx, partner_id: UUID, type_: str, event_hash: str, content_hash: str, act: Callable[[], Taken]
) -> Taken:
    """Act on an event, unless it came before: then what it led to. Raises EventIdReused, and what ``act`` raises.
    Hold the event's lock (lock_events)."""
    known = partner_events.find_event(tx, partner_id, event_hash)
    if known is not None and known.answer is None:
        return Taken(forgotten=True)
    if known is not None and known.answer is not None:
        if known.content_hash != content_hash:
            raise event_id_reused()
        return _read(known.answer)
    taken = act()
    answer = {name: _plain(value) for name, value in asdict(taken).items() if value not in (None, False)}
    partner_events.add_event(
        tx,
        partner_id,
        event_hash,
        type_=type_,
        content_hash=content_hash,
        candidate_id=taken.candidate_id,
        answer=answer,
    )
    return taken


@dataclass(frozen=True)
class Touched:
    """What a batch of events is about, in the partner's own words."""

    event_hashes: tuple[str, ...]
    person_refs: tuple[str, ...]
    employer_refs: tuple[str, ...]
    case_ids: tuple[UUID, ...]


def lock_events(tx: Tx, partner_id: UUID, touched: Touched) -> None:
    """Before anything else, every lock that a batch will need, in sorted order: two batches never wait for each other
    crosswise, and of two that bring the same event or the same reference the second sees what the first did."""
    persons = [partner_events.find_person_by_ref(tx, partner_id, ref) for ref in touched.person_refs]
    companies = [partner_events.find_employer_by_ref(tx, partner_id, ref) for ref in touched.employer_refs]
    tx.lock(
        *(f"partner:{partner_id}:event:{event_hash}" for event_hash in touched.event_hashes),
        *(f"partner:{partner_id}:person:{ref}" for ref in touched.person_refs),
        *(f"partner:{partner_id}:employer:{ref}" for ref in touched.employer_refs),
        *(str(case) for case in (*persons, *companies, *touched.case_ids) if case),
    )


def get_person(tx: Tx, partner_id: UUID, candidate_id: UUID | None, person_ref: str | None) -> UUID:
    """The person a partner means, by the id it was given or by its own reference; only one that it sent, or that was
    passed on to it. Raises Invalid."""
    if person_ref is not None:
        candidate_id = partner_events.find_person_by_ref(tx, partner_id, person_ref)
    if candidate_id is not None and referrals.is_sender_of(tx, partner_id, candidate_id):
        return candidate_id
    raise Invalid(
        Problem(
            "/candidate_id" if person_ref is None else "/person_ref",
            "person_unknown",
            "Vous n'avez recommandé personne à ce numéro.",
            "You referred nobody by that number.",
        )
    )


def name_person(tx: Tx, partner_id: UUID, person_ref: str, candidate_id: UUID) -> None:
    """Remember a partner's own reference for a person whom it refers."""
    partner_events.add_person_ref(tx, partner_id, person_ref, candidate_id)


def check_person_ref_free(tx: Tx, partner_id: UUID, person_ref: str) -> None:
    """Raises Invalid."""
    if partner_events.find_person_by_ref(tx, partner_id, person_ref):
        raise Invalid(
            Problem(
                "/person_ref",
                "person_ref_taken",
                "Vous avez déjà recommandé quelqu'un sous cette référence.",
                "You have referred somebody under this reference already.",
            )
        )


def get_company(
    tx: Tx, partner_id: UUID, employer_id: UUID | None, employer_ref: str | None, new: NewEmployer | None
) -> UUID:
    """The company a partner means, by its id or by the partner's own reference; ``new`` registers it when the reference
    comes for the first time. Raises Invalid."""
    if employer_ref is None:
        if employer_id and employers.find_employer(tx, employer_id):
            return employer_id
        raise Invalid(_unknown_company("/employer_id"))
    if known := partner_events.find_employer_by_ref(tx, partner_id, employer_ref):
        return known
    if new is None:
        raise Invalid(_unknown_company("/employer_ref"))
    registered = register_employer(tx, new).employer_id
    partner_events.add_employer_ref(tx, partner_id, employer_ref, registered)
    return registered


def _unknown_company(at: str) -> Problem:
    return Problem(
        at,
        "employer_not_registered",
        "Cette entreprise n'est pas inscrite : joignez « employer » pour l'inscrire.",
        "This company is not registered: add “employer” to register it.",
    )


def _read(answer: dict[str, Any]) -> Taken:
    """As it was kept."""
    ids = {name: UUID(value) for name, value in answer.items() if name.endswith("_id")}
    missing = tuple(answer["missing"]) if "missing" in answer else None
    return Taken(**{**answer, **ids, "missing": missing})


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, UUID) else value
