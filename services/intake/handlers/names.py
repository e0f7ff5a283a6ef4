"""Someone must show a name. What is shown, to whom and for what leaves a row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.intake.domain.consents import may_see_name
from services.intake.store import candidates, consents, vault
from services.intake.store.vault import NamedEmployer, NamedPerson
from shared.db import Tx
from shared.tokens import Caller, Role

STAFF = frozenset({Role.ADVISOR, Role.LIAISON, Role.RETENTION_ADVISOR, Role.MANAGER})
CALLS_PEOPLE = frozenset({Role.ADVISOR, Role.RETENTION_ADVISOR})


@dataclass(frozen=True)
class Names:
    """Those the caller may see; the others are simply absent."""

    persons: tuple[NamedPerson, ...]
    employers: tuple[NamedEmployer, ...]


def look_up_names(
    tx: Tx, caller: Caller, candidate_ids: Sequence[UUID], employer_ids: Sequence[UUID], purpose: str
) -> Names:
    """The names among these ids that the caller may see at this moment, and one audit row."""
    names = Names(_persons(tx, caller, candidate_ids), _employers(tx, caller, employer_ids))
    vault.add_lookup(
        tx,
        actor=caller.actor,
        organisation=caller.organisation,
        purpose=purpose,
        asked=[*candidate_ids, *employer_ids],
        shown=[p.candidate_id for p in names.persons] + [e.employer_id for e in names.employers],
    )
    return names


def _persons(tx: Tx, caller: Caller, ids: Sequence[UUID]) -> tuple[NamedPerson, ...]:
    """Phone and e-mail only to those who call her, and to herself."""
    if not ids:
        return ()
    grants = consents.list_grants(tx, ids)
    is_employer = caller.role == Role.EMPLOYER and caller.organisation
    known = candidates.list_known_to(tx, ids, UUID(caller.organisation)) if is_employer else set[UUID]()
    seen = []
    for person in vault.list_persons(tx, ids):
        herself = caller.role == Role.CANDIDATE and caller.subject == str(person.candidate_id)
        if herself or caller.role in CALLS_PEOPLE:
            seen.append(person)
        elif may_see_name(
            caller.role, caller.organisation, grants[person.candidate_id], acquainted=person.candidate_id in known
        ):
            seen.append(replace(person, phone=None, email=None))
    return tuple(seen)


def _employers(tx: Tx, caller: Caller, ids: Sequence[UUID]) -> tuple[NamedEmployer, ...]:
    """A company's name is no secret to those who work with the programme; its contact is the staff's and its own."""
    if not ids or caller.role not in STAFF | {Role.EMPLOYER, Role.CANDIDATE, Role.MINISTRY}:
        return ()
    seen = []
    for employer in vault.list_employer_names(tx, ids):
        own = caller.role == Role.EMPLOYER and caller.organisation == str(employer.employer_id)
        if own or caller.role in STAFF:
            seen.append(employer)
        elif caller.role != Role.EMPLOYER:
            seen.append(replace(employer, contact_name=None, contact_phone=None, contact_email=None))
    return tuple(seen)
