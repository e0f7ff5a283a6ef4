"""Commands on a request before it is decided: papers are registered, the employer confirms, the ministry asks and is
answered."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.subsidies import store
from services.subsidies.domain.documents import Document
from services.subsidies.domain.request import (
    PREPARING,
    NotReady,
    NotWithTheMinistry,
    Request,
    SentBy,
    check_confirmation,
    in_state,
    moved,
)
from services.subsidies.handlers.assessing import APPLICATION_WINDOW, ASSESS_AGAIN, assess_hire
from services.subsidies.handlers.ending import tell_ministry
from services.subsidies.handlers.messages import is_repeated, remember
from services.subsidies.handlers.preparing import in_words, lacking_of
from services.subsidies.rulebook import rulebook
from services.subsidies.store import InformationRequest, Registered, Whose
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.events.parts import ComputationLine
from shared.events.subsidies import SubsidyInformationGiven, SubsidyInformationRequested, SubsidyRequested
from shared.messaging.outbox import publish
from shared.timers import cancel_timers, set_timer


def register_document(tx: Tx, request_id: UUID, whose: Whose, document: Document, by: str) -> Request:
    """A paper is there. It serves the request alone, the hire or the employer, as its kind says; requests still in
    preparation are judged again, and once more when it is no longer valid. Raises NotFound."""
    request = locked_request(tx, request_id, whose)
    person = person_of(request)
    scope = rulebook().kinds[document.kind].scope
    registered = Registered(
        scope=scope,
        request_id=request_id if scope == "request" else None,
        hire_id=None if scope == "employer" else request.hire_id,
        candidate_id=None if scope == "employer" else person,
        employer_id=request.employer_id,
        registered_by=by,
        registered_at=tx.now,
    )
    store.add_document(tx, document, registered)
    _judge_again(tx, request)
    if document.expires_on and document.expires_on >= clock.local_date(tx.now):
        after = clock.start_of_day(document.expires_on + timedelta(days=1))
        about = f"{document.document_id}/{request.hire_id}"
        set_timer(tx, ASSESS_AGAIN, key=request.key, about=about, at=after)
    if scope == "employer":
        _judge_others(tx, request, document)
    return store.get_request(tx, request_id, whose)


def prefer_request(tx: Tx, request_id: UUID, whose: Whose) -> Request:
    """The employer would rather have this measure than the one that pays most. Raises NotFound, NotReady."""
    request = locked_request(tx, request_id, whose)
    if request.state not in PREPARING:
        raise NotReady(in_state("request_closed", request))
    store.prefer_measure(tx, request.hire_id, request.measure)
    _judge_again(tx, request)
    return store.get_request(tx, request_id, whose)


def confirm_request(tx: Tx, request_id: UUID, whose: Whose, confirmed_by: str, sent_by: SentBy = "webhook") -> Request:
    """The employer's word sends the request; said again, it changes nothing.
    Raises NotFound, NotReady, WindowMissed."""
    request = locked_request(tx, request_id, whose)
    if request.confirmed_by is not None:
        return request
    check_confirmation(request, in_words(lacking_of(tx, request)), clock.local_date(tx.now))
    sent = moved(
        request, "submitted", tx.now, confirmed_by=confirmed_by, submitted_at=tx.now, sent_by=sent_by, lacking=[]
    )
    store.save_request(tx, sent)
    cancel_timers(tx, APPLICATION_WINDOW, [f"{sent.measure}/{sent.hire_id}"])
    publish(
        tx,
        SubsidyRequested(
            request_id=sent.request_id,
            hire_id=sent.hire_id,
            candidate_id=person_of(sent),
            employer_id=sent.employer_id,
            ministry=sent.ministry,
            measure=sent.measure,
            rule_version=sent.rule_version,
            amount_cents=sent.amount_cents,
            weeks=sent.weeks,
            lines=tuple(
                ComputationLine(code="wage_subsidy", basis=line["basis"], amount_cents=line["amount_cents"])
                for line in sent.lines or ()
            ),
        ),
    )
    tell_ministry(tx, sent, "subsidy_request.submitted")
    return sent


def ask_information(tx: Tx, asked: InformationRequest, ministry: str, message_id: str) -> Request:
    """The ministry asks for more before it decides. The same question again changes nothing.
    Raises NotFound, MessageIdReused, NotWithTheMinistry."""
    whose = Whose(ministry=ministry)
    request = locked_request(tx, asked.request_id, whose)
    content = {"questions": list(asked.questions), "note": asked.note, "asked_on": asked.asked_on}
    if is_repeated(tx, ministry, "information_request", message_id, request.request_id, content):
        return request
    if request.state != "submitted":
        raise NotWithTheMinistry(in_state("nothing_to_decide", request))
    remember(tx, ministry, "information_request", message_id, request.request_id, content)
    number = len(store.list_information_requests(tx, request.request_id)) + 1
    store.add_information_request(tx, replace(asked, number=number))
    waiting = moved(request, "information_requested", tx.now)
    store.save_request(tx, waiting)
    publish(
        tx,
        SubsidyInformationRequested(
            request_id=request.request_id,
            hire_id=request.hire_id,
            candidate_id=person_of(request),
            employer_id=request.employer_id,
            questions=tuple(asked.questions),
            asked_on=asked.asked_on,
        ),
    )
    return waiting


def give_information(tx: Tx, request_id: UUID, whose: Whose, given_by: str, answer: str | None) -> Request:
    """What the ministry asked for is given: it has the request again. Raises NotFound, NotWithTheMinistry."""
    request = locked_request(tx, request_id, whose)
    if request.state != "information_requested":
        raise NotWithTheMinistry(in_state("nothing_was_asked", request))
    last = store.list_information_requests(tx, request_id)[-1]
    today = clock.local_date(tx.now)
    store.answer_information_request(tx, replace(last, given_on=today, given_by=given_by, answer=answer))
    again = moved(request, "submitted", tx.now)
    store.save_request(tx, again)
    publish(
        tx,
        SubsidyInformationGiven(
            request_id=request.request_id,
            hire_id=request.hire_id,
            candidate_id=person_of(request),
            employer_id=request.employer_id,
            given_on=today,
        ),
    )
    tell_ministry(tx, again, "subsidy_request.information_given")
    return again


def locked_request(tx: Tx, request_id: UUID, whose: Whose, *more: str) -> Request:
    """The request as it stands once nobody else can change it. Raises NotFound."""
    tx.lock(store.get_request(tx, request_id, whose).key, *more)
    return store.get_request(tx, request_id, whose)


def person_of(request: Request) -> UUID:
    """An erased person's requests have ended: neither confirmation nor decision gets this far. Raises NotFound."""
    if request.candidate_id is None:
        raise NotFound
    return request.candidate_id


def _judge_again(tx: Tx, request: Request) -> None:
    hire = store.find_hire(tx, request.hire_id)
    if hire is not None:
        assess_hire(tx, hire)


def _judge_others(tx: Tx, request: Request, document: Document) -> None:
    """An employer's paper serves its other hires too: each is another case, judged by a timer of its own."""
    for hire in store.list_hires_at(tx, request.employer_id):
        if hire.hire_id != request.hire_id and hire.closed_reason is None:
            about = f"{document.document_id}/{hire.hire_id}"
            set_timer(tx, ASSESS_AGAIN, key=str(hire.candidate_id), about=about, at=tx.now)
