"""Who may touch what. Another's and missing are not told apart: both are 404."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from uuid import UUID

from services.intake.domain.referrals import OPEN
from services.intake.store import candidates, referrals, reports, vault
from shared.db import Tx
from shared.errors import Forbidden, Invalid, NotFound, Problem
from shared.http import Caller, Role

Key = TypeVar("Key")


def organisation_of(caller: Caller) -> UUID:
    """The partner or employer the caller acts for. Raises Forbidden when the token names none."""
    try:
        return UUID(caller.organisation or "")
    except ValueError:
        raise Forbidden(
            Problem(
                "", "organisation_missing", "Ce jeton ne dit pas pour qui il agit.", "Whom does this token act for?"
            )
        ) from None


def partner_of(caller: Caller) -> UUID | None:
    """The partner to whose referrals the caller is limited; None for staff, who see all."""
    return organisation_of(caller) if caller.role == Role.PARTNER else None


def advisor_of(caller: Caller) -> UUID:
    """The advisor who calls. Raises Invalid when the token names none."""
    try:
        return UUID(caller.subject)
    except ValueError:
        raise Invalid(
            Problem("/advisor_id", "advisor_missing", "Dites quelle conseillère ou quel conseiller.", "Which advisor?")
        ) from None


def cursor(day: date, key: object) -> str:
    """Where a page by day ended, to be sent back as ``after``."""
    return f"{day}_{key}"


def read_cursor(after: str | None, key: Callable[[str], Key]) -> tuple[date, Key] | None:
    """The same, read. Raises Invalid."""
    if after is None:
        return None
    day, _, last = after.partition("_")
    try:
        return date.fromisoformat(day), key(last)
    except ValueError:
        raise Invalid(
            Problem("/query/after", "not_a_cursor", "Renvoyez « next_after » tel quel.", "Send “next_after” as is.")
        ) from None


def partner_speaking(caller: Caller, named: UUID | None) -> UUID | None:
    """The partner for whom something is entered: a partner's own, or the one that staff name. Raises NotFound for
    another's."""
    partner_id = organisation_of(caller) if caller.role == Role.PARTNER else named
    if named not in (None, partner_id):
        raise NotFound()
    return partner_id


def only_own_file(caller: Caller, candidate_id: UUID) -> None:
    """A candidate sees her own file and no other."""
    if caller.role == Role.CANDIDATE and caller.subject != str(candidate_id):
        raise NotFound()


def note_read(tx: Tx, caller: Caller, candidate_id: UUID) -> None:
    """That this caller is shown something of this person's file; herself too."""
    vault.add_lookup(
        tx,
        actor=caller.actor,
        organisation=caller.organisation,
        purpose="file",
        asked=[candidate_id],
        shown=[candidate_id],
    )


def only_own_company(caller: Caller, employer_id: UUID) -> None:
    """An employer acts for itself and no other."""
    if caller.role == Role.EMPLOYER and organisation_of(caller) != employer_id:
        raise NotFound()


def only_those_it_referred(tx: Tx, caller: Caller, candidate_id: UUID, *, while_open: bool = False) -> None:
    """A partner knows the people it referred or who were passed on to it; of some things only as long as there is no
    answer."""
    partner_id = partner_of(caller)
    if partner_id is None:
        return
    own = [r for r in referrals.list_referrals_of(tx, candidate_id) if partner_id in r.senders]
    if not any(r.state in OPEN or not while_open for r in own):
        raise NotFound()


def only_who_works_for_it(tx: Tx, caller: Caller, candidate_id: UUID) -> None:
    """An employer tells of the people it knows: both agreed to meet, or somebody told us that it hired her."""
    if caller.role != Role.EMPLOYER:
        return
    employer_id = organisation_of(caller)
    known = candidates.list_known_to(tx, [candidate_id], employer_id)
    if not known and not reports.was_reported_hired(tx, candidate_id, employer_id):
        raise NotFound()
