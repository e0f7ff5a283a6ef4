from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from services.intake.domain.eligibility import CriterionNotMet, UnknownNotAcknowledged
from services.intake.domain.referrals import NotAdmitted, ReferralAlreadyClosed
from services.intake.handlers.candidates import (
    AlreadyAdmitted,
    admit_candidate,
    change_profile,
    withdraw_candidate,
)
from services.intake.handlers.consents import give_consent, withdraw_consent
from services.intake.handlers.erasure import erase_candidate
from services.intake.handlers.names import look_up_names
from services.intake.handlers.outcomes import record_hire
from services.intake.handlers.referrals import answer_referral
from services.intake.handlers.reports import report_hire
from services.intake.store import candidates, consents, referrals
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.intake import (
    CandidateAdmitted,
    CandidateErased,
    CandidateProfileChanged,
    CandidateWithdrawn,
    ConsentGiven,
    ConsentWithdrawn,
    ReferralClosed,
)
from shared.http import Caller, Role
from tests.databases import attempt, published
from tests.intake.people import (
    ADVISOR,
    CANARY,
    admitted,
    complete_facts,
    employer,
    partner,
    refer,
    refer_by,
    rows,
    rows_naming,
    some_terms,
)
from tests.intake.test_outcomes import hired


def test_an_advisor_admits_and_the_referral_is_accepted(tx: Tx) -> None:
    mine = partner(tx)
    received = refer_by(tx, mine)
    admit_candidate(tx, received.candidate_id, ADVISOR)
    candidate = candidates.get_candidate(tx, received.candidate_id)
    assert (candidate.status, candidate.advisor_id) == ("admitted", ADVISOR)
    assert candidate.admitted_on == clock.local_date(tx.now)
    closed, said = published(tx)[-1], published(tx)[-2]
    assert isinstance(said, CandidateAdmitted)
    assert (said.referral_id, said.partner_id, said.file_number) == (received.referral_id, mine, received.file_number)
    assert said.rule_version == "interconnexion-2019"
    assert {c.result for c in said.criteria} == {"met"}
    assert (said.profile.occupation, said.profile.french.speaking) == ("11101", 7)
    assert isinstance(closed, ReferralClosed)
    assert (closed.outcome, closed.referral_id) == ("accepted", received.referral_id)


def test_a_criterion_not_met_refuses_and_leaves_no_rows(tx: Tx) -> None:
    received = refer(tx, facts=replace(complete_facts(clock.local_date(tx.now)), months_in_field_quebec=12))
    with pytest.raises(CriterionNotMet):
        attempt(tx, lambda inner: admit_candidate(inner, received.candidate_id, ADVISOR))
    assert candidates.get_candidate(tx, received.candidate_id).status == "referred"
    assert rows(tx, "admissions") == 0
    assert published(tx, CandidateAdmitted) == []


def test_an_unknown_criterion_is_accepted_in_writing_and_stays_unknown(tx: Tx) -> None:
    received = refer(tx, facts=replace(complete_facts(clock.local_date(tx.now)), arrived_on=None))
    with pytest.raises(UnknownNotAcknowledged):
        attempt(tx, lambda inner: admit_candidate(inner, received.candidate_id, ADVISOR))
    admit_candidate(tx, received.candidate_id, ADVISOR, frozenset({"in_canada_under_5_years"}))
    [said] = published(tx, CandidateAdmitted)
    assert isinstance(said, CandidateAdmitted)
    assert [c.code for c in said.criteria if c.result == "unknown"] == ["in_canada_under_5_years"]
    assert tx.value("SELECT accepted_unknown FROM admissions") == ["in_canada_under_5_years"]


def test_nobody_is_admitted_twice(tx: Tx) -> None:
    received = admitted(tx)
    with pytest.raises(AlreadyAdmitted):
        admit_candidate(tx, received.candidate_id, ADVISOR)
    assert len(published(tx, CandidateAdmitted)) == 1


def test_nobody_is_admitted_after_a_refusal_or_out_of_nowhere(tx: Tx) -> None:
    received = refer(tx)
    answer_referral(tx, received.referral_id, "refused", "duplicate")
    with pytest.raises(ReferralAlreadyClosed):
        admit_candidate(tx, received.candidate_id, ADVISOR)
    with pytest.raises(NotFound):
        admit_candidate(tx, uuid4(), ADVISOR)


def test_a_change_of_profile_is_said_once(tx: Tx) -> None:
    received = admitted(tx)
    change_profile(tx, received.candidate_id, {"french_speaking": 8, "licences": ("cpa",)})
    change_profile(tx, received.candidate_id, {"french_speaking": 8, "licences": ("cpa",)})  # nothing to do
    [said] = published(tx, CandidateProfileChanged)
    assert isinstance(said, CandidateProfileChanged)
    assert (said.profile.french.speaking, said.profile.licences) == (8, ("cpa",))


def test_only_an_admitted_persons_profile_changes_here(tx: Tx) -> None:
    with pytest.raises(NotAdmitted):
        change_profile(tx, refer(tx).candidate_id, {"french_speaking": 8})


def test_an_impossible_change_of_profile_leaves_it_as_it_was(tx: Tx) -> None:
    received = admitted(tx)
    with pytest.raises(Invalid) as no:
        attempt(tx, lambda inner: change_profile(inner, received.candidate_id, {"occupation": "x"}))
    assert no.value.problems[0].pointer == "/occupation"
    assert published(tx, CandidateProfileChanged) == []


def test_a_candidate_leaves_once(tx: Tx) -> None:
    received = admitted(tx)
    withdraw_candidate(tx, received.candidate_id, "studies")
    assert published(tx)[-1] == CandidateWithdrawn(candidate_id=received.candidate_id, reason="studies")
    with pytest.raises(NotAdmitted):
        withdraw_candidate(tx, received.candidate_id, "studies")


def test_a_consent_is_given_once_and_withdrawn_once(tx: Tx) -> None:
    received, today = refer(tx), clock.local_date(tx.now)
    first = give_consent(tx, received.candidate_id, "send_to_ministry", "mifi", "2026-01", today)
    same = give_consent(tx, received.candidate_id, "send_to_ministry", "mifi", "2026-01", today)
    assert first.consent_id == same.consent_id
    withdraw_consent(tx, received.candidate_id, first.consent_id)
    withdraw_consent(tx, received.candidate_id, first.consent_id)
    assert len(published(tx, ConsentGiven)) == 1
    assert len(published(tx, ConsentWithdrawn)) == 1
    assert consents.list_grants(tx, [received.candidate_id]) == {received.candidate_id: []}
    again = give_consent(tx, received.candidate_id, "send_to_ministry", "mifi", "2026-02", today)
    assert again.consent_id != first.consent_id


def test_a_consent_of_another_person_is_not_there(tx: Tx) -> None:
    one, other, today = refer(tx), refer(tx), clock.local_date(tx.now)
    consent = give_consent(tx, one.candidate_id, "tell_sender_outcome", "sender", "2026-01", today)
    with pytest.raises(NotFound):
        withdraw_consent(tx, other.candidate_id, consent.consent_id)


def test_a_recipient_that_does_not_fit_leaves_no_consent(tx: Tx) -> None:
    received = refer(tx)
    with pytest.raises(Invalid):
        give_consent(tx, received.candidate_id, "send_to_ministry", "employers", "2026-01", clock.local_date(tx.now))
    assert rows(tx, "consents") == 0


def test_who_is_forgotten_is_gone_and_still_counts(tx: Tx) -> None:
    one = admitted(tx, purposes=("tell_sender_outcome",))
    record_hire(tx, hired(one.candidate_id))
    report_hire(tx, one.candidate_id, employer(tx), some_terms(clock.local_date(tx.now)), None, "candidate")
    other = refer(tx)
    assert set(rows_naming(tx, one.file_number)) == {"candidates", "journal"}
    receipt = erase_candidate(tx, one.candidate_id)

    today = clock.local_date(tx.now)
    assert (receipt.erased_on, (receipt.gone_from_log_on - today).days) == (today, 35)
    assert published(tx)[-1] == CandidateErased(
        candidate_id=one.candidate_id, requested_on=today, gone_from_log_on=receipt.gone_from_log_on
    )
    left = [data for (data,) in tx.conn.execute("SELECT data FROM journal WHERE key = %s", (str(one.candidate_id),))]
    assert left[:-1] == [None] * (len(left) - 1)  # only the erasure itself has a payload
    assert rows_naming(tx, one.file_number) == []
    assert tx.value("SELECT count(*) FROM vault_persons WHERE candidate_id = %s", (one.candidate_id,)) == 0
    assert candidates.list_facts(tx, [one.candidate_id]) == {}
    assert rows(tx, "consents") == 0
    assert tx.value("SELECT facts FROM reports") is None
    assert tx.value("SELECT criteria FROM admissions") is None
    assert tx.value("SELECT count(*) FROM candidates WHERE admitted_on IS NOT NULL") == 1  # totals stay
    assert rows(tx, "hires") == 1
    with pytest.raises(NotFound):
        candidates.get_candidate(tx, one.candidate_id)
    with pytest.raises(NotFound):
        referrals.get_referral(tx, one.referral_id)
    assert referrals.get_referral(tx, other.referral_id).file_number == other.file_number


def test_asking_again_to_be_forgotten_gives_the_same_receipt(tx: Tx) -> None:
    received = refer(tx)
    assert erase_candidate(tx, received.candidate_id) == erase_candidate(tx, received.candidate_id)
    assert len(published(tx, CandidateErased)) == 1
    with pytest.raises(NotFound):
        erase_candidate(tx, uuid4())


def test_names_are_shown_by_role_and_consent_and_each_look_up_leaves_a_row(tx: Tx) -> None:
    shared, private = refer(tx, purposes=("share_file_with_employer", "send_to_ministry")), refer(tx)
    ids, company = [shared.candidate_id, private.candidate_id, uuid4()], employer(tx)

    def seen(role: Role, subject: object = "someone", organisation: object = None) -> list[object]:
        caller = Caller(role, str(subject), None if organisation is None else str(organisation))
        return [p.candidate_id for p in look_up_names(tx, caller, ids, [], "introduction").persons]

    assert set(seen(Role.ADVISOR)) == {shared.candidate_id, private.candidate_id}
    candidates.note_known_to(tx, shared.candidate_id, company)
    candidates.note_known_to(tx, private.candidate_id, company)
    assert seen(Role.EMPLOYER, "boss", company) == [shared.candidate_id]
    assert seen(Role.MINISTRY, "agent", "services_quebec") == [shared.candidate_id]
    assert seen(Role.MINISTRY, "agent", "mifi") == []
    assert seen(Role.CANDIDATE, private.candidate_id) == [private.candidate_id]
    assert seen(Role.LIAISON) == []
    assert rows(tx, "name_lookups") == 6
    asked, shown, actor = tx.conn.execute(
        "SELECT asked, shown, actor FROM name_lookups WHERE actor LIKE 'employer:%'"
    ).fetchone() or ([], [], "")
    assert (asked, shown, actor) == (ids, [shared.candidate_id], "employer:boss")


def test_a_consent_withdrawn_hides_the_name_at_once(tx: Tx) -> None:
    received, company = refer(tx, purposes=("share_file_with_employer",)), employer(tx)
    boss = Caller(Role.EMPLOYER, "boss", str(company))
    candidates.note_known_to(tx, received.candidate_id, company)
    assert look_up_names(tx, boss, [received.candidate_id], [], "introduction").persons
    [consent] = consents.list_consents(tx, received.candidate_id)
    withdraw_consent(tx, received.candidate_id, consent.consent_id)
    assert look_up_names(tx, boss, [received.candidate_id], [], "introduction").persons == ()


def test_phone_and_contact_are_for_those_who_call(tx: Tx) -> None:
    received, company = refer(tx, purposes=("send_to_ministry",)), employer(tx)
    advisor = look_up_names(tx, Caller(Role.ADVISOR, "a"), [received.candidate_id], [company], "follow_up")
    assert (advisor.persons[0].phone, advisor.employers[0].contact_name) == ("+15145550100", CANARY)
    ministry = Caller(Role.MINISTRY, "m", "services_quebec")
    shown = look_up_names(tx, ministry, [received.candidate_id], [company], "subsidy_request")
    assert (shown.persons[0].phone, shown.persons[0].family_name) == (None, CANARY)
    assert (shown.employers[0].name, shown.employers[0].contact_name) == (f"Ateliers {CANARY}", None)


@pytest.mark.parametrize(
    "change", ["UPDATE name_lookups SET actor = 'x'", "DELETE FROM name_lookups", "TRUNCATE name_lookups"]
)
def test_the_record_of_who_looked_cannot_be_changed(tx: Tx, change: str) -> None:
    look_up_names(tx, Caller(Role.ADVISOR, "a"), [], [], "report")
    with pytest.raises(psycopg.errors.RaiseException):
        attempt(tx, lambda inner: inner.conn.execute(change))
    assert rows(tx, "name_lookups") == 1
