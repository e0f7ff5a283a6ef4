"""Someone sends a person; facts come in; the referral gets its answer."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.intake.domain.consents import (
    DEFAULT_RECIPIENT,
    Agreement,
    AgreementMissing,
    agreement_missing,
    check_agreement,
)
from services.intake.domain.facts import Facts, Missing, check_facts, missing_facts
from services.intake.domain.people import Reach, check_reach, tidy
from services.intake.domain.referrals import (
    OPEN,
    check_closure,
    check_holder,
    check_passing,
    check_sender,
    outcome_of,
    referral_closed,
    state_of,
)
from services.intake.handlers.consents import record_consent
from services.intake.handlers.partners import check_destination, unknown_partner
from services.intake.store import candidates, links, partners, referrals, updates
from services.intake.store.referrals import PerhapsSame, Referral
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.events.intake import ReferralChanged, ReferralClosed, ReferralPassedOn, ReferralReceived
from shared.messaging.outbox import publish


@dataclass(frozen=True)
class NewReferral:
    """What a sender tells us."""

    channel: str
    partner_id: UUID | None
    person: Reach
    agreement: Agreement | None
    facts: Facts
    to_partner_id: UUID | None = None  # who goes on with her first; None: the programme itself


@dataclass(frozen=True)
class Received:
    """What the sender learns at once."""

    referral_id: UUID
    candidate_id: UUID
    file_number: str
    state: str
    missing: tuple[Missing, ...]
    perhaps_same: tuple[PerhapsSame, ...]


def receive_referral(tx: Tx, new: NewReferral) -> Received:
    """Keep a referral, complete or not. Raises AgreementMissing (with every other problem) when the person has not
    agreed, else Invalid; nothing is kept then. A person who may be known already is pointed out, never merged."""
    person = tidy(new.person)
    agreement = _check(tx, new, person)
    same = referrals.list_perhaps_same(tx, person, partner_id=new.partner_id)
    referral_id, candidate_id = uuid4(), uuid4()
    state, missing = state_of(new.facts), missing_facts(new.facts)
    file_number = referrals.add_referral(
        tx,
        referral_id,
        candidate_id,
        partner_id=new.partner_id,
        to_partner_id=new.to_partner_id,
        channel=new.channel,
        state=state,
        person=person,
        agreement=agreement,
        facts=new.facts,
    )
    publish(
        tx,
        ReferralReceived(
            referral_id=referral_id,
            candidate_id=candidate_id,
            file_number=file_number,
            partner_id=new.partner_id,
            channel=new.channel,
            missing=tuple(m.code for m in missing),
        ),
    )
    for purpose in dict.fromkeys(agreement.purposes):
        recipient = DEFAULT_RECIPIENT[purpose]
        record_consent(tx, candidate_id, purpose, recipient, agreement.notice_version, agreement.given_on)
    if new.partner_id and new.to_partner_id:
        _say_passed_on(tx, referral_id, candidate_id, new.partner_id, new.to_partner_id)
    return Received(referral_id, candidate_id, file_number, state, missing, tuple(same))


def _check(tx: Tx, new: NewReferral, person: Reach) -> Agreement:
    today = clock.local_date(tx.now)
    problems = check_sender(new.channel, new.partner_id is not None) + check_reach(person)
    problems += check_facts(new.facts, today)
    if new.partner_id and not partners.find_partner(tx, new.partner_id):
        problems.append(unknown_partner())
    problems += check_destination(tx, new.partner_id, new.to_partner_id)
    if new.agreement is None:
        raise AgreementMissing(agreement_missing(), *problems)
    problems += check_agreement(new.agreement, today)
    if problems:
        raise Invalid(*problems)
    return new.agreement


def check_told(person: Reach, agreement: Agreement | None, facts: Facts, today: date) -> None:
    """Whether what is told can be true, whoever tells it. Raises AgreementMissing, Invalid."""
    problems = check_reach(person) + check_facts(facts, today)
    if agreement is None:
        raise AgreementMissing(agreement_missing(), *problems)
    if problems := problems + check_agreement(agreement, today):
        raise Invalid(*problems)


def refer_herself(tx: Tx, code: str, person: Reach, agreement: Agreement | None, facts: Facts) -> Received:
    """A person refers herself by a link or QR code; by the link of a partner without a system, the partner may be the
    one who writes, with its dated statement. Whom we may know already is not told to either. Raises NotFound for a code
    that does not work (any more), Invalid."""
    check_told(tidy(person), agreement, facts, clock.local_date(tx.now))
    link = links.get_link(tx, code, clock.local_date(tx.now))
    if agreement and link.partner_id is None:
        agreement = replace(agreement, statement="own_link")
    received = receive_referral(
        tx, NewReferral(link.channel, link.partner_id, person, agreement, facts, link.to_partner_id)
    )
    return replace(received, perhaps_same=())


def complete_referral(tx: Tx, referral_id: UUID, given: dict[str, Any], *, of_partner: UUID | None = None) -> Referral:
    """Add or correct facts of an open referral; ``None`` makes a fact unknown again. Publishes when something changed.
    Raises NotFound, ReferralAlreadyClosed, Invalid."""
    if problems := check_facts(Facts(**given), clock.local_date(tx.now), at=""):
        raise Invalid(*problems)
    referral = _lock(tx, referral_id, of_partner)
    if referral.state not in OPEN:
        raise referral_closed()
    before = candidates.get_facts(tx, referral.candidate_id)
    facts = replace(before, **given)
    if facts == before:
        return referral
    state = state_of(facts)
    candidates.save_facts(tx, referral.candidate_id, facts)
    referrals.set_state(tx, referral_id, state)
    publish(
        tx,
        ReferralChanged(
            referral_id=referral_id,
            candidate_id=referral.candidate_id,
            partner_id=referral.partner_id,
            missing=tuple(m.code for m in missing_facts(facts)),
        ),
    )
    return replace(referral, state=state)


def answer_referral(
    tx: Tx, referral_id: UUID, outcome: str, reason: str, *, of_partner: UUID | None = None
) -> Referral:
    """Close a referral without admission: refused, redirected or withdrawn. Raises NotFound, ReferralAlreadyClosed,
    NotTheHolder, Invalid."""
    check_closure(outcome, reason)
    referral = _lock(tx, referral_id, of_partner)
    if referral.state not in OPEN:
        raise referral_closed()
    check_holder(referral.holder_id, of_partner)
    close(tx, referral, outcome, reason)
    if not any(r.state in OPEN for r in referrals.list_referrals_of(tx, referral.candidate_id)):
        candidates.set_status(tx, referral.candidate_id, "closed")
    return replace(referral, state=outcome, reason=reason)


def close(tx: Tx, referral: Referral, outcome: str, reason: str | None = None) -> None:
    """Note the answer and say so."""
    referrals.close_referral(tx, referral.referral_id, outcome, reason)
    publish(
        tx,
        ReferralClosed(
            referral_id=referral.referral_id,
            candidate_id=referral.candidate_id,
            partner_id=referral.partner_id,
            outcome=outcome,
            reason=reason,
        ),
    )
    told = outcome_of(outcome, [])
    updates.add_updates(tx, referral.candidate_id, "referral_closed", told, reason, referral.referral_id)


def pass_referral_on(
    tx: Tx, referral_id: UUID, to_partner_id: UUID | None, *, of_partner: UUID | None = None
) -> Referral:
    """The partner that holds an open referral passes it on to another one, or to the programme itself (None). Raises
    NotFound, ReferralAlreadyClosed, NotTheHolder, AlreadyThere, Invalid."""
    referral = _lock(tx, referral_id, of_partner)
    if referral.state not in OPEN:
        raise referral_closed()
    if to_partner_id and not partners.find_partner(tx, to_partner_id):
        raise Invalid(unknown_partner("/to_partner_id"))
    holder_id = check_passing(referral.holder_id, referral.at_programme, of_partner, to_partner_id)
    referrals.pass_on(tx, referral, to_partner_id)
    _say_passed_on(tx, referral_id, referral.candidate_id, holder_id, to_partner_id)
    return referrals.get_referral(tx, referral_id)


def _say_passed_on(
    tx: Tx, referral_id: UUID, candidate_id: UUID, from_partner_id: UUID, to_partner_id: UUID | None
) -> None:
    publish(
        tx,
        ReferralPassedOn(
            referral_id=referral_id,
            candidate_id=candidate_id,
            from_partner_id=from_partner_id,
            to_partner_id=to_partner_id,
        ),
    )
    updates.add_updates(tx, candidate_id, "referral_passed_on", None, None, referral_id)


def check_partner_may_answer(outcome: str) -> None:
    """A sender may take a referral back, and nothing else."""
    if outcome != "withdrawn":
        raise Invalid(
            Problem(
                "/outcome",
                "not_yours_to_decide",
                "Un partenaire peut seulement retirer sa recommandation.",
                "A partner can only withdraw its referral.",
            )
        )


def _lock(tx: Tx, referral_id: UUID, of_partner: UUID | None) -> Referral:
    """The referral as it stands under the lock of its case."""
    found = referrals.get_referral(tx, referral_id, of_partner=of_partner)
    tx.lock(str(found.candidate_id))
    return referrals.get_referral(tx, referral_id, of_partner=of_partner)
