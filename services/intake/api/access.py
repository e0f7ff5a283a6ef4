"""Who may touch what. Another's and missing are not told apart: both are 404."""

from uuid import UUID

from services.intake.domain.referrals import OPEN
from services.intake.store import candidates, referrals, reports
from shared.db import Tx
from shared.errors import Forbidden, NotFound, Problem
from shared.http import Caller, Role


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


def only_own_file(caller: Caller, candidate_id: UUID) -> None:
    """A candidate sees her own file and no other."""
    if caller.role == Role.CANDIDATE and caller.subject != str(candidate_id):
        raise NotFound()


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
    """An employer tells of the people who work for it: hired, or somebody told us so."""
    if caller.role != Role.EMPLOYER:
        return
    employer_id = organisation_of(caller)
    known = candidates.list_known_to(tx, [candidate_id], employer_id)
    if not known and not reports.was_reported_hired(tx, candidate_id, employer_id):
        raise NotFound()
