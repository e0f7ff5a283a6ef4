"""Chains of senders, and what each is told: referrals passed on, the feed of updates, a partner's personal link."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.intake.consumers import CONSUMES
from services.intake.domain.consents import Agreement
from services.intake.domain.facts import Facts
from services.intake.domain.referrals import AlreadyThere, NotTheHolder, ReferralAlreadyClosed
from services.intake.domain.updates import told_update
from services.intake.handlers.candidates import admit_candidate
from services.intake.handlers.consents import give_consent
from services.intake.handlers.erasure import erase_candidate
from services.intake.handlers.partners import create_link
from services.intake.handlers.referrals import answer_referral, pass_referral_on, refer_herself
from services.intake.store import referrals, updates
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.base import Event
from shared.events.intake import ReferralPassedOn
from shared.events.parts import Terms
from shared.events.retention import EmploymentChanged, MilestoneReached
from tests.databases import attempt, deliver, published
from tests.intake.people import ADVISOR, a_referral, partner, refer, refer_by, rows
from tests.intake.test_outcomes import cancelled, ended, hired

TOLD = ("tell_sender_outcome",)


def feed(tx: Tx, partner_id: UUID, after: int = 0) -> list[tuple[int, str, str | None]]:
    return [(u.position, u.type, u.outcome) for u in updates.list_updates(tx, partner_id, after, 100)]


def test_a_bank_sends_through_a_community_body_and_both_see_the_outcome(tx: Tx) -> None:
    bank, body = partner(tx), partner(tx)
    sent = refer_by(tx, bank, to_partner_id=body, purposes=TOLD)
    at_body = referrals.get_referral(tx, sent.referral_id)
    assert (at_body.holder_id, at_body.at_programme, list(at_body.senders)) == (body, False, [bank, body])
    passed = pass_referral_on(tx, sent.referral_id, None, of_partner=body)
    assert (passed.holder_id, passed.at_programme) == (body, True)
    assert [(e.from_partner_id, e.to_partner_id) for e in published(tx) if isinstance(e, ReferralPassedOn)] == [
        (bank, body),
        (body, None),
    ]
    admit_candidate(tx, sent.candidate_id, ADVISOR)
    expected = [(1, "referral_passed_on", None), (2, "referral_passed_on", None), (3, "referral_closed", "admitted")]
    assert feed(tx, bank) == feed(tx, body) == expected
    assert {r.referral_id for r in referrals.list_referrals(tx, partner_id=bank, state=None, before=None, limit=9)} == {
        sent.referral_id
    }


def test_only_who_holds_a_referral_passes_it_on(tx: Tx) -> None:
    bank, body, stranger = partner(tx), partner(tx), partner(tx)
    sent = refer_by(tx, bank).referral_id
    pass_referral_on(tx, sent, body, of_partner=bank)
    for who, to, no in (
        (bank, None, NotTheHolder),
        (stranger, None, NotFound),
        (body, body, AlreadyThere),
        (body, uuid4(), Invalid),
    ):
        with pytest.raises(no):
            attempt(tx, lambda inner, who=who, to=to: pass_referral_on(inner, sent, to, of_partner=who))
    with pytest.raises(NotTheHolder):
        answer_referral(tx, sent, "withdrawn", "sender_withdrew", of_partner=bank)
    pass_referral_on(tx, sent, None)  # staff in its place
    with pytest.raises(AlreadyThere):
        pass_referral_on(tx, sent, None, of_partner=body)
    answer_referral(tx, sent, "withdrawn", "person_withdrew", of_partner=body)
    with pytest.raises(ReferralAlreadyClosed):
        pass_referral_on(tx, sent, bank, of_partner=body)
    assert len(published(tx, ReferralPassedOn)) == 2


def test_a_person_of_the_fair_has_no_partner_to_pass_her_on(tx: Tx) -> None:
    with pytest.raises(NotTheHolder):
        pass_referral_on(tx, refer(tx).referral_id, partner(tx))
    with pytest.raises(Invalid) as no:
        attempt(tx, lambda inner: refer(inner, to_partner_id=uuid4()))
    assert [p.pointer for p in no.value.problems] == ["/to_partner_id"]


def milestone(candidate_id: UUID) -> MilestoneReached:
    return MilestoneReached(
        hire_id=uuid4(), candidate_id=candidate_id, employer_id=uuid4(), milestone="day_90", reached_on="2026-03-02"
    )


def change(candidate_id: UUID) -> EmploymentChanged:
    terms = Terms(occupation="11101", wage_cents=3000, hours_per_week=40, starts_on="2026-03-02", permanent=True)
    return EmploymentChanged(
        hire_id=uuid4(),
        candidate_id=candidate_id,
        employer_id=uuid4(),
        effective_on="2026-03-02",
        kind="advancement",
        terms=terms,
    )


def test_the_feed_follows_the_person_through_her_job(tx: Tx) -> None:
    sender = partner(tx)
    person = refer_by(tx, sender, purposes=TOLD).candidate_id
    admit_candidate(tx, person, ADVISOR)
    for event in (hired(person), milestone(person), change(person), ended(person)):
        assert deliver(tx, CONSUMES, event) == "handled"
    assert feed(tx, sender, after=1) == [
        (2, "hired", "hired"),
        (3, "still_employed", "day_90"),
        (4, "employment_changed", "advancement"),
        (5, "employment_ended", "ended"),
    ]


def test_a_line_says_how_it_stands_by_all_that_is_known(tx: Tx) -> None:
    sender = partner(tx)
    person = refer_by(tx, sender, purposes=TOLD).candidate_id
    admit_candidate(tx, person, ADVISOR)
    for event in (ended(person), hired(person)):  # the end overtook the hire
        deliver(tx, CONSUMES, event)
    assert feed(tx, sender, after=1) == [(2, "employment_ended", "ended"), (3, "hired", "ended")]


@pytest.mark.parametrize("make", [hired, ended, cancelled, milestone, change])
def test_a_redelivered_fact_is_told_once(tx: Tx, make: Callable[[UUID], Event]) -> None:
    sender, event_id = partner(tx), uuid4()
    event = make(refer_by(tx, sender).candidate_id)
    assert deliver(tx, CONSUMES, event, event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, event, event_id=event_id) == "duplicate"
    assert len(feed(tx, sender)) == 1


@pytest.mark.parametrize("make", [hired, milestone, change])
def test_of_someone_forgotten_or_never_sent_nothing_is_told(tx: Tx, make: Callable[[UUID], Event]) -> None:
    sender = partner(tx)
    person = refer_by(tx, sender, purposes=TOLD).candidate_id
    erase_candidate(tx, person)
    assert deliver(tx, CONSUMES, make(person)) == "handled"
    assert deliver(tx, CONSUMES, make(uuid4())) == "handled"
    assert (feed(tx, sender), rows(tx, "updates"), rows(tx, "referral_senders")) == ([], 0, 0)


def test_an_agreement_given_later_tells_how_it_stands_then(tx: Tx) -> None:
    sender = partner(tx)
    person = refer_by(tx, sender).candidate_id
    give = (person, "tell_sender_outcome", "sender", "2026-01", clock.local_date(tx.now))
    admit_candidate(tx, person, ADVISOR)
    deliver(tx, CONSUMES, hired(person))
    give_consent(tx, *give)
    give_consent(tx, *give)  # stands already
    assert feed(tx, sender)[2:] == [(3, "outcome_may_be_told", "hired")]


def test_without_agreement_a_sender_learns_that_it_is_closed_and_nothing_else() -> None:
    for type_, seen in (("referral_passed_on", True), ("referral_closed", True), ("hired", False)):
        told = told_update(type_, "hired", "some_reason", consented=False)
        assert (told is not None) is seen
        assert told is None or (told.outcome, told.reason) == (None, None)
    assert told_update("hired", "hired", None, consented=True) is not None


def test_a_partner_without_a_system_refers_by_its_link(tx: Tx) -> None:
    bank, body, today = partner(tx), partner(tx), clock.local_date(tx.now)
    link = create_link(tx, "partner_page", bank, today, label="Succursale Chomedey", to_partner_id=body)
    word = Agreement(today - timedelta(days=1), "2026-01", "partner_statement")
    received = refer_herself(tx, link.code, a_referral(tx).person, word, Facts())
    kept = referrals.get_referral(tx, received.referral_id)
    assert (kept.channel, kept.partner_id, kept.holder_id, kept.at_programme) == ("partner_page", bank, body, False)
    assert tx.value("SELECT statement FROM referrals") == "partner_statement"


def test_everything_wrong_with_a_link_is_said_at_once(tx: Tx) -> None:
    yesterday = clock.local_date(tx.now) - timedelta(days=1)
    with pytest.raises(Invalid) as no:
        create_link(tx, "partner_page", None, yesterday, to_partner_id=uuid4())
    assert [p.pointer for p in no.value.problems] == ["/partner_id", "/expires_on", "/to_partner_id"]


def test_positions_of_a_feed_have_no_gap_and_are_each_partners_own(tx: Tx) -> None:
    one, two = partner(tx), partner(tx)
    sent: list[Any] = [refer_by(tx, who) for who in (one, two, one)]
    for received in sent:
        answer_referral(tx, received.referral_id, "redirected", "mifi")
    assert [position for position, _, _ in feed(tx, one)] == [1, 2]
    assert [position for position, _, _ in feed(tx, two)] == [1]
