"""The ministry asks for more, and is answered."""

from uuid import UUID

import pytest

from services.subsidies.domain.request import NotWithTheMinistry, Request
from services.subsidies.handlers.messages import MessageIdReused
from services.subsidies.handlers.requests import ask_information, give_information
from services.subsidies.store import InformationRequest, Whose, list_information_requests
from shared.db import Tx
from shared.errors import NotFound
from shared.events.subsidies import SubsidyApproved, SubsidyInformationGiven, SubsidyInformationRequested
from tests.databases import attempt, published
from tests.subsidies.acts import decide, everything_stored, hear, notices, submitted, the_request
from tests.subsidies.facts import TODAY, Case, approval


def ask(tx: Tx, request_id: UUID, message_id: str = "Q-1", ministry: str = "services_quebec") -> Request:
    asked = InformationRequest(request_id, 0, ("eligibility_letter",), "canari-note", TODAY)
    found: Request = attempt(tx, lambda t: ask_information(t, asked, ministry, message_id))
    return found


def give(tx: Tx, request_id: UUID) -> Request:
    found: Request = attempt(tx, lambda t: give_information(t, request_id, Whose(), "liaison:l1", "canari-answer"))
    return found


def test_a_question_then_its_answer_then_the_decision(tx: Tx) -> None:
    case = Case()
    request_id = submitted(tx, case).request_id
    assert ask(tx, request_id).state == "information_requested"
    assert give(tx, request_id).state == "submitted"
    (asked,) = published(tx, SubsidyInformationRequested)
    (given,) = published(tx, SubsidyInformationGiven)
    assert isinstance(asked, SubsidyInformationRequested)
    assert asked.questions == ("eligibility_letter",)
    assert isinstance(given, SubsidyInformationGiven)
    assert given.given_on == TODAY
    assert [what for what, _ in notices(tx)] == ["subsidy_request.submitted", "subsidy_request.information_given"]
    decide(tx, approval(request_id))
    assert len(published(tx, SubsidyApproved)) == 1


def test_the_same_question_again_changes_nothing_even_once_answered(tx: Tx) -> None:
    request_id = submitted(tx, Case()).request_id
    ask(tx, request_id)
    give(tx, request_id)
    assert ask(tx, request_id).state == "submitted"
    assert len(list_information_requests(tx, request_id)) == 1
    assert ask(tx, request_id, "Q-2").state == "information_requested"


def test_a_question_id_of_another_request_is_refused(tx: Tx) -> None:
    first, second = submitted(tx, Case()), submitted(tx, Case())
    ask(tx, first.request_id)
    with pytest.raises(MessageIdReused):
        ask(tx, second.request_id)


def test_nothing_can_be_asked_about_what_is_decided_nor_by_another_ministry(tx: Tx) -> None:
    request_id = submitted(tx, Case()).request_id
    with pytest.raises(NotFound):
        ask(tx, request_id, ministry="mifi")
    decide(tx, approval(request_id))
    with pytest.raises(NotWithTheMinistry):
        ask(tx, request_id)
    assert published(tx, SubsidyInformationRequested) == []


def test_nobody_answers_what_was_not_asked(tx: Tx) -> None:
    with pytest.raises(NotWithTheMinistry):
        give(tx, submitted(tx, Case()).request_id)


def test_a_ministry_may_decide_without_waiting_for_the_answer(tx: Tx) -> None:
    request_id = submitted(tx, Case()).request_id
    ask(tx, request_id)
    decide(tx, approval(request_id))


def test_an_end_while_it_waits_ends_it_and_an_erasure_takes_the_words(tx: Tx) -> None:
    case = Case()
    request_id = submitted(tx, case).request_id
    ask(tx, request_id)
    give(tx, request_id)
    hear(tx, case.ended())
    assert the_request(tx, case).state == "ended"
    hear(tx, case.erased())
    assert "canari" not in everything_stored(tx)
