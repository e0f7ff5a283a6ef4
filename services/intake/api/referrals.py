"""Sending a person, completing what is known, seeing what became of her."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.intake.api.access import note_read, partner_of, partner_speaking
from services.intake.api.examples import A_PERSON, AN_AGREEMENT, SOME_FACTS
from services.intake.api.facts import FactsSent, MissingView, Notice, Text, show_missing
from services.intake.api.referral_views import ReferralRowView, ReferralView, show_referrals, show_rows, show_same
from services.intake.api.unkept import NotedReads
from services.intake.domain.codes import Channel, ClosureReason, Outcome, Purpose, Statement
from services.intake.domain.consents import Agreement
from services.intake.domain.people import (
    Reach,
    check_email,
    check_family_name,
    check_given_name,
    check_phone,
)
from services.intake.domain.referrals import OPEN
from services.intake.handlers import referrals as handlers
from services.intake.store import referrals, vault
from shared.db import Tx
from shared.http import AN_ID, Caller, Commands, Reads, Role, Sent, Shown, allow, example, judged, public

router = APIRouter(tags=["referrals"])
Senders = Annotated[Caller, allow(Role.PARTNER, Role.ADVISOR, Role.LIAISON)]
Readers = Annotated[Caller, allow(Role.PARTNER, Role.ADVISOR, Role.LIAISON, Role.MANAGER)]


class PersonSent(Sent):
    """How to reach a person. At least a phone or an e-mail."""

    given_name: Annotated[Text, Field(validate_default=True), judged(check_given_name)] = ""
    family_name: Annotated[Text, Field(validate_default=True), judged(check_family_name)] = ""
    phone: Annotated[Text, judged(check_phone)] | None = None
    email: Annotated[str, Field(max_length=254), judged(check_email)] | None = None

    def reach(self) -> Reach:
        return Reach(self.given_name, self.family_name, self.phone, self.email)


class AgreementSent(Sent):
    """That she agreed: when, to which notice, by whose word, and to which uses beyond the referral itself."""

    given_on: date
    notice_version: Notice
    statement: Statement
    purposes: Annotated[tuple[Purpose, ...], Field(max_length=20)] = ()

    def agreement(self) -> Agreement:
        return Agreement(self.given_on, self.notice_version, self.statement, self.purposes)


class ReferPerson(
    Sent, json_schema_extra=example(channel="partner_system", person=A_PERSON, agreement=AN_AGREEMENT, facts=SOME_FACTS)
):
    channel: Channel
    partner_id: UUID | None = None  # staff entering for a partner; a partner's own is known by its key
    to_partner_id: UUID | None = None  # who goes on with her first; the programme itself when not given
    person: PersonSent
    agreement: AgreementSent | None = None
    facts: FactsSent = FactsSent()


class ReferHerself(
    Sent, json_schema_extra=example(code="k7Qm2x", person=A_PERSON, agreement={**AN_AGREEMENT, "statement": "own_link"})
):
    code: Annotated[str, Field(max_length=100)]
    person: PersonSent
    agreement: AgreementSent | None = None
    facts: FactsSent = FactsSent()


class PassReferralOn(Sent, json_schema_extra=example(to_partner_id=AN_ID)):
    """``to_partner_id``: null for the programme itself."""

    to_partner_id: UUID | None


class CloseReferral(Sent, json_schema_extra=example(outcome="redirected", reason="not_eligible")):
    outcome: Outcome
    reason: ClosureReason


class ReferralsView(Shown):
    """``next_before`` asks for the following page; None on the last one."""

    referrals: list[ReferralRowView]
    next_before: int | None


class SelfReferralView(Shown):
    referral_id: UUID
    candidate_id: UUID
    file_number: str
    missing: list[MissingView]


@router.post("/v1/referrals", status_code=201)
def refer_person(body: ReferPerson, command: Commands, caller: Senders) -> ReferralView:
    """A person is referred: her name, one way to reach her, her agreement, and what is known already."""
    partner_id = partner_speaking(caller, body.partner_id)
    new = handlers.NewReferral(
        body.channel,
        partner_id,
        body.person.reach(),
        body.agreement.agreement() if body.agreement else None,
        body.facts.facts(),
        body.to_partner_id,
    )

    def work(tx: Tx) -> ReferralView:
        received = handlers.receive_referral(tx, new)
        return ReferralView(
            referral_id=received.referral_id,
            candidate_id=received.candidate_id,
            file_number=received.file_number,
            partner_id=partner_id,
            channel=body.channel,
            received_at=tx.now,
            state=received.state,
            missing=show_missing(received.missing),
            perhaps_same=show_same(received.perhaps_same),
            holder_id=body.to_partner_id or partner_id,
            at_programme=body.to_partner_id is None,
            senders=tuple(p for p in (partner_id, body.to_partner_id) if p),
        )

    return command.run(ReferralView, work)


@router.post("/v1/self-referrals", status_code=201, dependencies=[public()])
def refer_herself(body: ReferHerself, command: Commands) -> SelfReferralView:
    """Open: the link or QR code in the body is what lets a person in."""

    def work(tx: Tx) -> SelfReferralView:
        agreement = body.agreement.agreement() if body.agreement else None
        received = handlers.refer_herself(tx, body.code, body.person.reach(), agreement, body.facts.facts())
        return SelfReferralView(
            referral_id=received.referral_id,
            candidate_id=received.candidate_id,
            file_number=received.file_number,
            missing=show_missing(received.missing),
        )

    return command.run(SelfReferralView, work)


@router.patch("/v1/referrals/{referral_id}")
def complete_referral(referral_id: UUID, body: FactsSent, command: Commands, caller: Senders) -> ReferralView:
    """Adds or corrects facts of a referral that is still open; what is not sent stays."""

    def work(tx: Tx) -> ReferralView:
        changed = handlers.complete_referral(tx, referral_id, body.given(), of_partner=partner_of(caller))
        return show_referrals(tx, caller, [changed])[0]

    return command.run(ReferralView, work)


@router.post("/v1/referrals/{referral_id}/closure")
def close_referral(
    referral_id: UUID,
    body: CloseReferral,
    command: Commands,
    caller: Annotated[Caller, allow(Role.ADVISOR, Role.PARTNER)],
) -> ReferralView:
    """Answers a referral without admission; a partner may only take its own back."""
    if caller.role == Role.PARTNER:
        handlers.check_partner_may_answer(body.outcome)

    def work(tx: Tx) -> ReferralView:
        closed = handlers.answer_referral(tx, referral_id, body.outcome, body.reason, of_partner=partner_of(caller))
        return show_referrals(tx, caller, [closed])[0]

    return command.run(ReferralView, work)


@router.post("/v1/referrals/{referral_id}/passing")
def pass_referral_on(
    referral_id: UUID,
    body: PassReferralOn,
    command: Commands,
    caller: Annotated[Caller, allow(Role.PARTNER, Role.ADVISOR, Role.LIAISON)],
) -> ReferralView:
    """By the partner that holds it, or by staff in its place."""

    def work(tx: Tx) -> ReferralView:
        passed = handlers.pass_referral_on(tx, referral_id, body.to_partner_id, of_partner=partner_of(caller))
        return show_referrals(tx, caller, [passed])[0]

    return command.run(ReferralView, work)


@router.get("/v1/referrals/{referral_id}")
def get_referral(referral_id: UUID, read: NotedReads, caller: Readers) -> ReferralView:
    """One referral, with what is still missing and who may be the same person. It is noted."""
    with read.transaction() as tx:
        referral = referrals.get_referral(tx, referral_id, of_partner=partner_of(caller))
        note_read(tx, caller, referral.candidate_id)
        view = show_referrals(tx, caller, [referral])[0]
        person = vault.find_reach(tx, referral.candidate_id)
        if person is None or referral.state not in OPEN:
            return view
        same = referrals.list_perhaps_same(tx, person, partner_id=partner_of(caller), but_not=referral.candidate_id)
        return view.model_copy(update={"perhaps_same": show_same(same)})


@router.get("/v1/referrals")
def list_referrals(
    read: Reads,
    caller: Readers,
    state: Literal["incomplete", "checking", "accepted", "refused", "redirected", "withdrawn", "closed"] | None = None,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReferralsView:
    """Newest first. ``closed`` is what a partner is told of an answer that it may not know."""
    with read.transaction() as tx:
        page = referrals.list_referrals(tx, partner_id=partner_of(caller), state=state, before=before, limit=limit)
        return ReferralsView(
            referrals=show_rows(tx, caller, page),
            next_before=page[-1].position if len(page) == limit else None,
        )
