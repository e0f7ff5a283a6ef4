"""A person's file: eligibility, admission, profile, leaving, being forgotten, who saw her name."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.intake.api.access import advisor_of, note_read, only_own_file, only_those_it_referred
from services.intake.api.consents import ConsentView
from services.intake.api.facts import FactsSent, FactsShown, show_facts
from services.intake.api.unkept import NotedReads
from services.intake.domain.codes import LeavingReason
from services.intake.domain.eligibility import Eligibility, ProgrammeClosed, assess
from services.intake.domain.facts import Facts
from services.intake.handlers import candidates as handlers
from services.intake.handlers.erasure import erase_candidate
from services.intake.store import candidates, consents, vault
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.http import Caller, Commands, Day, Reads, Role, Sent, Shown, allow, example

router = APIRouter(tags=["candidates"])


class CandidateView(Shown):
    candidate_id: UUID
    file_number: str
    status: str
    advisor_id: UUID | None
    admitted_on: date | None


class CandidateFileView(CandidateView):
    facts: FactsShown
    consents: list[ConsentView]


class CriterionView(Shown):
    code: str
    result: str
    basis: str
    fr: str
    en: str


class EligibilityView(Shown):
    """A proposal with its reasons; an advisor decides."""

    candidate_id: UUID
    on: date
    rule_version: str
    criteria: list[CriterionView]


class AdmitCandidate(Sent, json_schema_extra=example(reason="admitted_with_unknown", unknown=["diploma_abroad"])):
    """``reason`` and ``unknown`` when a criterion cannot be judged yet: the advisor says which, in writing."""

    advisor_id: UUID | None = None  # the caller when not given
    reason: Literal["admitted_with_unknown"] | None = None
    unknown: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(max_length=10)] = ()


class DecidedView(Shown):
    code: str
    result: str


class AdmissionView(CandidateView):
    rule_version: str
    criteria: list[DecidedView]


class WithdrawCandidate(Sent, json_schema_extra=example(reason="moved_away")):
    reason: LeavingReason


class ErasureReceiptView(Shown):
    """Gone from every database of the system on the first date, from the log that carries events on the second."""

    candidate_id: UUID
    erased_on: date
    gone_from_log_on: date


class LookUpView(Shown):
    at: datetime
    actor: str
    organisation: str | None
    purpose: str


class AuditView(Shown):
    lookups: list[LookUpView]


@router.get("/v1/candidates/{candidate_id}")
def get_candidate(
    candidate_id: UUID,
    read: NotedReads,
    caller: Annotated[Caller, allow(Role.ADVISOR, Role.RETENTION_ADVISOR, Role.MANAGER, Role.CANDIDATE)],
) -> CandidateFileView:
    """Her file: what is known of her, and what she agreed to. No name: look it up by POST /v1/names. It is noted."""
    only_own_file(caller, candidate_id)
    with read.transaction() as tx:
        candidate = candidates.get_candidate(tx, candidate_id)
        note_read(tx, caller, candidate_id)
        return CandidateFileView(
            **_show(candidate).model_dump(),
            facts=show_facts(candidates.get_facts(tx, candidate_id)),
            consents=[ConsentView.model_validate(c) for c in consents.list_consents(tx, candidate_id)],
        )


def _tested(facts: Facts, on: date) -> Eligibility:
    """To a question about a day without rules, that day is what is wrong. Raises Invalid."""
    try:
        return assess(facts, on)
    except ProgrammeClosed as closed:
        raise Invalid(*(replace(problem, pointer="/query/on") for problem in closed.problems)) from None


@router.get("/v1/candidates/{candidate_id}/eligibility")
def get_eligibility(
    candidate_id: UUID,
    read: NotedReads,
    caller: Annotated[Caller, allow(Role.ADVISOR, Role.PARTNER, Role.CANDIDATE)],
    on: Day | None = None,
) -> EligibilityView:
    """At ``on``, today when not given. A partner sees it of its own referrals until they have their answer. It is
    noted."""
    only_own_file(caller, candidate_id)
    with read.transaction() as tx:
        only_those_it_referred(tx, caller, candidate_id, while_open=True)
        candidates.get_candidate(tx, candidate_id)
        tested = _tested(candidates.get_facts(tx, candidate_id), on or clock.local_date(tx.now))
        note_read(tx, caller, candidate_id)
        return EligibilityView(
            candidate_id=candidate_id,
            on=tested.on,
            rule_version=tested.rule_version,
            criteria=[CriterionView.model_validate(c) for c in tested.criteria],
        )


@router.post("/v1/candidates/{candidate_id}/admission", status_code=201)
def admit_candidate(
    candidate_id: UUID, body: AdmitCandidate, command: Commands, caller: Annotated[Caller, allow(Role.ADVISOR)]
) -> AdmissionView:
    """The advisor admits a person; criteria that nobody can judge yet are named, and taken on her word."""
    advisor_id = body.advisor_id or advisor_of(caller)
    if body.unknown and body.reason is None:
        raise Invalid(
            Problem("/reason", "reason_missing", "Écrivez le motif admitted_with_unknown.", "Give the reason.")
        )

    def work(tx: Tx) -> AdmissionView:
        candidate, tested = handlers.admit_candidate(tx, candidate_id, advisor_id, frozenset(body.unknown))
        return AdmissionView(
            **_show(candidate).model_dump(), rule_version=tested.rule_version, criteria=_decided(tested)
        )

    return command.run(AdmissionView, work)


@router.patch("/v1/candidates/{candidate_id}/profile", dependencies=[allow(Role.ADVISOR)])
def change_profile(candidate_id: UUID, body: FactsSent, command: Commands) -> CandidateView:
    """Corrects or completes what is known of a candidate; what is not sent stays."""
    return command.run(CandidateView, lambda tx: _show(handlers.change_profile(tx, candidate_id, body.given())))


@router.post("/v1/candidates/{candidate_id}/withdrawal")
def withdraw_candidate(
    candidate_id: UUID,
    body: WithdrawCandidate,
    command: Commands,
    caller: Annotated[Caller, allow(Role.ADVISOR, Role.CANDIDATE)],
) -> CandidateView:
    """She leaves the programme, for a reason from the list."""
    only_own_file(caller, candidate_id)
    return command.run(CandidateView, lambda tx: _show(handlers.withdraw_candidate(tx, candidate_id, body.reason)))


@router.post("/v1/candidates/{candidate_id}/erasure")
def erase(
    candidate_id: UUID,
    command: Commands,
    caller: Annotated[Caller, allow(Role.CANDIDATE, Role.ADVISOR, Role.MANAGER)],
) -> ErasureReceiptView:
    """Forgets the person everywhere; the receipt says when the last trace is gone."""
    only_own_file(caller, candidate_id)
    return command.run(
        ErasureReceiptView, lambda tx: ErasureReceiptView.model_validate(erase_candidate(tx, candidate_id))
    )


@router.get("/v1/candidates/{candidate_id}/audit")
def list_lookups(
    candidate_id: UUID, read: Reads, caller: Annotated[Caller, allow(Role.ADVISOR, Role.CANDIDATE)]
) -> AuditView:
    """Who saw this person's name or read her file, latest first. Asking this is the one read that is not noted."""
    only_own_file(caller, candidate_id)
    with read.transaction() as tx:
        candidates.get_candidate(tx, candidate_id)
        return AuditView(lookups=[LookUpView.model_validate(row) for row in vault.list_lookups(tx, candidate_id)])


def _show(candidate: candidates.Candidate) -> CandidateView:
    return CandidateView.model_validate(candidate)


def _decided(tested: Eligibility) -> list[DecidedView]:
    """Without the basis: answers of commands are kept, facts about a person are not kept there."""
    return [DecidedView(code=c.code, result=c.result) for c in tested.criteria]
