from dataclasses import replace
from datetime import timedelta

import pytest

from services.intake.domain.consents import Agreement, AgreementMissing
from services.intake.domain.facts import Facts
from services.intake.domain.people import Reach
from services.intake.domain.referrals import ReferralAlreadyClosed
from services.intake.handlers.partners import create_link
from services.intake.handlers.referrals import (
    answer_referral,
    complete_referral,
    receive_referral,
    refer_herself,
)
from services.intake.store import candidates, referrals
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.intake import ConsentGiven, ReferralChanged, ReferralClosed, ReferralReceived
from tests.databases import attempt, published
from tests.intake.people import CANARY, a_referral, complete_facts, partner, refer, refer_by, rows, rows_naming


def test_a_complete_referral_is_kept_and_said(tx: Tx) -> None:
    received = refer(tx)
    assert (received.state, received.missing) == ("checking", ())
    assert received.file_number.startswith(f"{clock.local_date(tx.now).year}-")
    assert len(received.file_number) >= 9
    assert published(tx) == [
        ReferralReceived(
            referral_id=received.referral_id,
            candidate_id=received.candidate_id,
            file_number=received.file_number,
            partner_id=None,
            channel="fair",
            missing=(),
        )
    ]
    assert candidates.get_facts(tx, received.candidate_id) == complete_facts(clock.local_date(tx.now))


def test_two_referrals_have_two_file_numbers(tx: Tx) -> None:
    assert refer(tx).file_number != refer(tx).file_number


def test_missing_facts_make_it_incomplete_and_are_listed(tx: Tx) -> None:
    received = refer(tx, facts=Facts())
    assert received.state == "incomplete"
    assert len(received.missing) == 7
    assert all(m.fr and m.en for m in received.missing)
    assert published(tx, ReferralReceived)[0].missing == tuple(m.code for m in received.missing)  # type: ignore[attr-defined]


def test_each_purpose_agreed_becomes_a_consent_of_its_own(tx: Tx) -> None:
    received = refer(tx, purposes=("introduce_without_name", "send_to_ministry", "send_to_ministry"))
    given = [e for e in published(tx, ConsentGiven) if isinstance(e, ConsentGiven)]
    assert [(e.candidate_id, e.purpose, e.recipient, e.notice_version) for e in given] == [
        (received.candidate_id, "introduce_without_name", "employers", "2026-01"),
        (received.candidate_id, "send_to_ministry", "services_quebec", "2026-01"),
    ]


def test_without_her_agreement_nothing_is_kept(tx: Tx) -> None:
    with pytest.raises(AgreementMissing) as no:
        attempt(tx, lambda inner: receive_referral(inner, a_referral(inner, agreement=None)))
    assert no.value.problems[0].pointer == "/agreement"
    assert [rows(tx, t) for t in ("candidates", "vault_persons", "facts", "referrals", "journal")] == [0] * 5
    assert rows_naming(tx, CANARY) == []


def test_everything_wrong_is_said_at_once_and_nothing_kept(tx: Tx) -> None:
    tomorrow = clock.local_date(tx.now) + timedelta(days=1)
    wrong = a_referral(
        tx,
        channel="partner_page",
        person=Reach("", CANARY),
        agreement=Agreement(tomorrow, "not a version!", "partner_statement"),
        facts=Facts(french_speaking=99),
    )
    with pytest.raises(Invalid) as no:
        attempt(tx, lambda inner: receive_referral(inner, wrong))
    assert [p.pointer for p in no.value.problems] == [
        "/partner_id",
        "/person/given_name",
        "/person",
        "/facts/french/speaking",
        "/agreement/notice_version",
        "/agreement/given_on",
    ]
    assert rows(tx, "vault_persons") == 0


def test_her_name_is_in_the_vault_and_nowhere_else(tx: Tx) -> None:
    refer(tx, purposes=("tell_sender_outcome",))
    assert rows(tx, "vault_persons") == 1
    for needle in (CANARY, "rola@example.org", "5550100"):
        assert rows_naming(tx, needle) == []


def test_perhaps_the_same_person_is_pointed_out_and_never_merged(tx: Tx) -> None:
    mine = partner(tx)
    first = refer_by(tx, mine)
    again = refer_by(tx, mine, person=Reach("R.", "H.", "+1 (514) 555-0100", "other@example.org"))
    assert [(s.referral_id, s.same_phone, s.same_email) for s in again.perhaps_same] == [
        (first.referral_id, True, False)
    ]
    assert again.candidate_id != first.candidate_id
    assert refer_by(tx, partner(tx)).perhaps_same == ()  # what another partner sent is not told


def test_by_the_fairs_link_she_is_her_own_sender(tx: Tx) -> None:
    today = clock.local_date(tx.now)
    link = create_link(tx, "fair", None, today)
    new = a_referral(tx)
    received = refer_herself(tx, link.code, new.person, new.agreement, Facts())
    event = published(tx, ReferralReceived)[0]
    assert isinstance(event, ReferralReceived)
    assert (event.referral_id, event.channel, event.partner_id) == (received.referral_id, "fair", None)
    later = refer_herself(tx, link.code, new.person, new.agreement, Facts())
    assert later.perhaps_same == ()  # whom we know is not told to whoever holds the link


def test_a_link_that_is_unknown_or_expired_lets_nobody_in(tx: Tx) -> None:
    link = create_link(tx, "self", None, clock.local_date(tx.now))
    tx.run("UPDATE links SET expires_on = expires_on - 1")
    new = a_referral(tx)
    for code in (link.code, "nothing"):
        with pytest.raises(NotFound):
            refer_herself(tx, code, new.person, new.agreement, Facts())


def test_completing_the_facts_moves_the_referral_on(tx: Tx) -> None:
    received = refer(tx, facts=replace(complete_facts(clock.local_date(tx.now)), occupation=None))
    changed = complete_referral(tx, received.referral_id, {"occupation": "11101"})
    assert changed.state == "checking"
    assert candidates.get_facts(tx, received.candidate_id).occupation == "11101"
    back = complete_referral(tx, received.referral_id, {"arrived_on": None})
    assert back.state == "incomplete"
    assert [e.missing for e in published(tx) if isinstance(e, ReferralChanged)] == [(), ("arrived_on",)]


def test_completing_with_what_is_known_already_says_nothing(tx: Tx) -> None:
    received = refer(tx)
    complete_referral(tx, received.referral_id, {"occupation": "11101"})
    assert published(tx, ReferralChanged) == []


def test_an_impossible_fact_changes_nothing(tx: Tx) -> None:
    received = refer(tx)
    with pytest.raises(Invalid):
        attempt(tx, lambda inner: complete_referral(inner, received.referral_id, {"french_speaking": 13}))
    assert candidates.get_facts(tx, received.candidate_id).french_speaking == 7
    assert published(tx, ReferralChanged) == []


def test_another_partners_referral_is_not_there(tx: Tx) -> None:
    received = refer_by(tx, partner(tx))
    with pytest.raises(NotFound):
        complete_referral(tx, received.referral_id, {"occupation": "11101"}, of_partner=partner(tx))


def test_a_referral_gets_one_answer(tx: Tx) -> None:
    received = refer(tx)
    answer_referral(tx, received.referral_id, "redirected", "services_quebec")
    [event] = published(tx, ReferralClosed)
    assert isinstance(event, ReferralClosed)
    assert (event.outcome, event.reason) == ("redirected", "services_quebec")
    assert candidates.get_candidate(tx, received.candidate_id).status == "closed"
    with pytest.raises(ReferralAlreadyClosed):
        answer_referral(tx, received.referral_id, "refused", "duplicate")
    with pytest.raises(ReferralAlreadyClosed):
        complete_referral(tx, received.referral_id, {"occupation": "11101"})
    assert len(published(tx, ReferralClosed)) == 1


def test_a_reason_belongs_to_its_outcome(tx: Tx) -> None:
    received = refer(tx)
    with pytest.raises(Invalid):
        answer_referral(tx, received.referral_id, "refused", "services_quebec")
    assert referrals.get_referral(tx, received.referral_id).state == "checking"
