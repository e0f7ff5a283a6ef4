"""The states of a referral, and what its sender may be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.intake.domain.codes import REASONS
from services.intake.domain.facts import Facts, missing_facts
from shared.errors import Invalid, Problem, Refused

OPEN = frozenset({"incomplete", "checking"})


class ReferralAlreadyClosed(Refused):
    """The referral has had its answer."""


class NotTheHolder(Refused):
    """The referral is in other hands: it was passed on."""


class AlreadyThere(Refused):
    """The referral is already with whom it is to be passed on to."""


class NotAdmitted(Refused):
    """The person is not, or no longer, admitted to the programme."""


def referral_closed() -> ReferralAlreadyClosed:
    return ReferralAlreadyClosed(
        Problem("", "referral_closed", "Cette recommandation a eu sa réponse.", "This referral has had its answer.")
    )


def check_passing(holder_id: UUID | None, at_programme: bool, by: UUID | None, to: UUID | None) -> UUID:
    """Whether ``by`` may pass a referral on to ``to`` (None: the programme itself); who passes it on. Its sender holds
    it until somebody else does; staff (``by`` None) may act for the holder. Raises NotTheHolder, AlreadyThere."""
    check_holder(holder_id, by)
    if holder_id is None:
        raise _not_the_holder()
    if to == holder_id or (to is None and at_programme):
        raise AlreadyThere(
            Problem(
                "/to_partner_id", "already_there", "La recommandation y est déjà.", "The referral is there already."
            )
        )
    return holder_id


def check_holder(holder_id: UUID | None, by: UUID | None) -> None:
    """Raises NotTheHolder for a partner that has passed the referral on; staff (``by`` None) are not asked."""
    if by is not None and by != holder_id:
        raise _not_the_holder()


def _not_the_holder() -> NotTheHolder:
    return NotTheHolder(
        Problem(
            "",
            "not_the_holder",
            "Seul l'organisme qui tient cette recommandation peut faire ceci.",
            "Only the organisation that holds this referral can do this.",
        )
    )


def not_admitted() -> NotAdmitted:
    return NotAdmitted(
        Problem("", "not_admitted", "Cette personne n'est pas admise au programme.", "This person is not admitted.")
    )


def state_of(facts: Facts) -> str:
    """An open referral is *incomplete* as long as a fact is missing; then the programme checks it."""
    return "incomplete" if missing_facts(facts) else "checking"


def check_sender(channel: str, has_partner: bool) -> list[Problem]:
    """A partner's channel needs the partner; at the fair and by herself the person is her own sender."""
    if channel in ("partner_system", "partner_page") and not has_partner:
        return [Problem("/partner_id", "partner_missing", "Dites quel partenaire.", "Say which partner.")]
    if channel in ("fair", "self") and has_partner:
        return [
            Problem(
                "/partner_id",
                "no_partner_here",
                "Par ce canal, la personne se présente elle-même : pas de partenaire.",
                "Through this channel the person refers herself: no partner.",
            )
        ]
    return []


def check_closure(outcome: str, reason: str) -> None:
    """Raises Invalid when the reason is not one for this outcome."""
    if reason not in REASONS[outcome]:
        raise Invalid(
            Problem(
                "/reason",
                "reason_does_not_fit",
                f"Motifs possibles : {', '.join(sorted(REASONS[outcome]))}.",
                f"Possible reasons: {', '.join(sorted(REASONS[outcome]))}.",
            )
        )


@dataclass(frozen=True)
class Hire:
    """What is known of one hire. Its facts may come in any order; each fills its own field."""

    hired_on: date | None
    ended_on: date | None
    cancelled: bool


def outcome_of(referral_state: str, hires: Iterable[Hire]) -> str | None:
    """What became of a referred person: admitted, hired, ended (her last job did), refused …; None while open."""
    standing = [h for h in hires if not h.cancelled]
    if any(h.ended_on is None for h in standing):
        return "hired"
    if standing:
        return "ended"
    if referral_state == "accepted":
        return "admitted"
    return None if referral_state in OPEN else referral_state


def outcome_at(referral_states: Iterable[str], hires: Iterable[Hire]) -> str | None:
    """The same over all referrals of one person: an admission by any of them counts."""
    states = list(referral_states)
    chosen = (
        "accepted" if "accepted" in states else next((s for s in states if s in OPEN), states[-1] if states else "")
    )
    return outcome_of(chosen, hires) if chosen else None


@dataclass(frozen=True)
class Told:
    """A referral's state, its reason and the outcome, as one reader may see them."""

    state: str
    reason: str | None
    outcome: str | None
    withheld: bool = False


def told_to_staff(state: str, reason: str | None, hires: Iterable[Hire]) -> Told:
    return Told(state, reason, outcome_of(state, hires))


def told_to_sender(state: str, reason: str | None, hires: Iterable[Hire], *, consented: bool) -> Told:
    """Without consent ``tell_sender_outcome`` the sender learns that the referral is closed, and nothing else."""
    if state in OPEN:
        return Told(state, None, None)
    return told_to_staff(state, reason, hires) if consented else Told("closed", None, None, withheld=True)
