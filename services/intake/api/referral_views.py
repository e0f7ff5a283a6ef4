"""A referral as each reader may see it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.intake.api.facts import MissingView, show_missing
from services.intake.domain.consents import Grant
from services.intake.domain.eligibility import assess
from services.intake.domain.facts import Facts, missing_facts
from services.intake.domain.referrals import OPEN, told_to_sender, told_to_staff
from services.intake.store import candidates, consents, referrals
from shared import clock
from shared.db import Tx
from shared.http import Caller, Role, Shown


class PerhapsSameView(Shown):
    """Perhaps the same person: an earlier referral with the same phone or e-mail. Nothing was merged."""

    referral_id: UUID
    file_number: str
    same_phone: bool
    same_email: bool


class ReferralView(Shown):
    """No name: answers of commands are kept for their Idempotency-Key. ``outcome_withheld``: she did not agree that
    her sender be told."""

    referral_id: UUID
    candidate_id: UUID
    file_number: str
    partner_id: UUID | None
    channel: str
    received_at: datetime
    state: str
    missing: list[MissingView]
    reason: str | None = None
    outcome: str | None = None
    outcome_withheld: bool = False
    perhaps_same: tuple[PerhapsSameView, ...] = ()
    holder_id: UUID | None = None  # the partner that answers for it
    at_programme: bool = True  # False while a partner of the chain still goes on with her
    senders: tuple[UUID, ...] = ()  # every partner of its chain, the first one first


class EligibilityCountsView(Shown):
    """How many criteria are met, not met, and cannot be judged yet; today."""

    met: int
    not_met: int
    unknown: int


class ReferralRowView(ReferralView):
    """A line of the inbox. ``waits_for``: who must act: ``sender`` as long as a fact is missing, then ``programme``;
    ``holder`` while the partner that
    holds it has not passed it to the programme; None once answered. ``eligibility``: while open."""

    age_days: int
    waits_for: str | None
    eligibility: EligibilityCountsView | None


def show_same(same: Sequence[referrals.PerhapsSame]) -> tuple[PerhapsSameView, ...]:
    return tuple(PerhapsSameView.model_validate(s) for s in same)


def show_referrals(tx: Tx, caller: Caller, page: Sequence[referrals.Referral]) -> list[ReferralView]:
    """Each referral as this caller may see it, in three look-ups for all."""
    ids = [r.candidate_id for r in page]
    facts, hires, grants = (
        candidates.list_facts(tx, ids),
        candidates.list_hires(tx, ids),
        consents.list_grants(tx, ids),
    )
    views = []
    for r in page:
        if caller.role == Role.PARTNER:
            consented = Grant("tell_sender_outcome", "sender") in grants[r.candidate_id]
            told = told_to_sender(r.state, r.reason, hires[r.candidate_id], consented=consented)
        else:
            told = told_to_staff(r.state, r.reason, hires[r.candidate_id])
        views.append(
            ReferralView(
                referral_id=r.referral_id,
                candidate_id=r.candidate_id,
                file_number=r.file_number or "",
                partner_id=r.partner_id,
                channel=r.channel,
                received_at=r.received_at,
                state=told.state,
                missing=show_missing(missing_facts(facts[r.candidate_id])) if r.state in OPEN else [],
                reason=told.reason,
                outcome=told.outcome,
                outcome_withheld=told.withheld,
                holder_id=r.holder_id,
                at_programme=r.at_programme,
                senders=tuple(r.senders),
            )
        )
    return views


def show_rows(tx: Tx, caller: Caller, page: Sequence[referrals.Referral]) -> list[ReferralRowView]:
    """The same as lines of a list: with age, who must act, and eligibility in numbers."""
    facts = candidates.list_facts(tx, [r.candidate_id for r in page])
    return [
        ReferralRowView(
            **shown.model_dump(),
            age_days=(clock.local_date(tx.now) - clock.local_date(r.received_at)).days,
            waits_for=_waits_for(r),
            eligibility=_count(tx, facts[r.candidate_id]) if r.state in OPEN else None,
        )
        for r, shown in zip(page, show_referrals(tx, caller, page), strict=True)
    ]


def _waits_for(referral: referrals.Referral) -> str | None:
    if referral.state not in OPEN:
        return None
    if not referral.at_programme:
        return "holder"
    return "sender" if referral.state == "incomplete" else "programme"


def _count(tx: Tx, facts: Facts) -> EligibilityCountsView:
    tested = assess(facts, clock.local_date(tx.now))
    return EligibilityCountsView(
        met=len(tested.codes("met")), not_met=len(tested.codes("not_met")), unknown=len(tested.codes("unknown"))
    )
