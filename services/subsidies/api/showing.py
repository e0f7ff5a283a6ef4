"""What is stored, turned into what is shown: to whom, and how old it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.subsidies import store
from services.subsidies.api.names import Names
from services.subsidies.api.views import (
    ABOUT_THE_PERSON,
    AssessmentView,
    ChecksView,
    CriterionView,
    DocumentsView,
    DocumentView,
    FactsView,
    InformationView,
    NamesView,
    RequestSummaryView,
    RequestView,
    RuleView,
    SaidView,
)
from services.subsidies.domain.documents import Checked
from services.subsidies.domain.request import Request, missing
from services.subsidies.domain.words import CRITERIA, STATES
from services.subsidies.handlers.preparing import documents_of, in_words
from services.subsidies.rulebook import rulebook
from services.subsidies.store import InformationRequest, StoredAssessment
from shared import clock
from shared.db import Tx

Mover = Literal["advisor", "candidate", "employer", "ministry"]


@dataclass(frozen=True)
class Papers:
    """What stands beside a request: its documents as of today, and what the ministry asked."""

    documents: Sequence[Checked] = ()
    information: Sequence[InformationRequest] = ()


def papers_of(tx: Tx, request: Request) -> Papers:
    if request.candidate_id is None:
        return Papers()
    return Papers(documents_of(tx, request), store.list_information_requests(tx, request.request_id))


def summary(request: Request, now: datetime) -> RequestSummaryView:
    return RequestSummaryView.model_validate(_fields(request, now))


def whole(
    request: Request, now: datetime, papers: Papers, *, about_person: bool, names: Names | None = None
) -> RequestView:
    """``about_person``: whether the reader may see what describes her."""
    facts = FactsView.model_validate(request.facts) if request.facts else None
    if facts and not about_person:
        facts = facts.model_copy(update={"person": None})
    return RequestView.model_validate(
        {
            **_fields(request, now),
            "rules": RuleView.of(request.rule_version),
            "facts": facts,
            "criteria": criteria_view(request.criteria, about_person) if request.criteria is not None else None,
            "documents": [_document(each, about_person) for each in papers.documents],
            "information": [_information(each) for each in papers.information],
            "names": NamesView.model_validate(names) if names else None,
        }
    )


def without_person(request: Request, now: datetime, names: Names | None = None) -> RequestView:
    """For a ministry when the person no longer agrees: that there was a request, and its amounts."""
    view = whole(request, now, Papers(), about_person=False, names=names)
    return view.model_copy(update={"facts": None, "criteria": None, "lines": None, "checks": _checks(())})


def assessment_view(stored: StoredAssessment, *, current: bool, about_person: bool) -> AssessmentView:
    return AssessmentView.model_validate(
        {
            **vars(stored),
            "current": current,
            "criteria": criteria_view(stored.criteria, about_person),
            "rules": RuleView.of(stored.rule_version),
        }
    )


def criteria_view(criteria: Sequence[Mapping[str, Any]], about_person: bool) -> list[CriterionView]:
    """With words; without the values that describe the person, unless the reader may see them."""
    shown = []
    for each in criteria:
        fr, en = CRITERIA.get(each["code"], ("", ""))
        hidden = {} if about_person or each["code"] not in ABOUT_THE_PERSON else {"basis": ""}
        shown.append(CriterionView.model_validate({**each, "fr": fr, "en": en, **hidden}))
    return shown


def documents_view(request: Request, papers: Papers, document_id: UUID) -> DocumentsView:
    """The answer is kept with an Idempotency-Key: no paper's number is in it."""
    lacking = missing(request)
    return DocumentsView(
        document_id=document_id,
        request_id=request.request_id,
        state=request.state,
        missing=lacking,
        missing_words=said(lacking),
        documents=[_document(each, about_person=False) for each in papers.documents],
    )


def criterion_words(codes: Sequence[str]) -> list[SaidView]:
    return [SaidView(code=code, fr=CRITERIA[code][0], en=CRITERIA[code][1]) for code in codes]


def said(codes: Sequence[str]) -> list[SaidView]:
    return [SaidView.model_validate(each) for each in in_words(list(codes))]


def age_in_days(since: datetime, now: datetime) -> int:
    return max(0, (clock.local_date(now) - clock.local_date(since)).days)


def _document(checked: Checked, about_person: bool) -> DocumentView:
    view = DocumentView.model_validate(checked)
    return view if about_person else view.model_copy(update={"reference": None})


def _information(asked: InformationRequest) -> InformationView:
    kinds = rulebook().kinds
    words = []
    for code in asked.questions:
        kind = kinds.get(code)
        fr, en = (kind.fr, kind.en) if kind else CRITERIA.get(code, (code, code))
        words.append(SaidView(code=code, fr=fr, en=en))
    return InformationView.model_validate({**vars(asked), "words": words})


def _fields(request: Request, now: datetime) -> dict[str, Any]:
    lacking, since = missing(request), request.state_since or request.created_at
    fr, en = STATES[request.state]
    return {
        **vars(request),
        "missing": lacking,
        "missing_words": said(lacking),
        "state_fr": fr,
        "state_en": en,
        "state_since": since,
        "age_days": age_in_days(since, now),
        "must_act": _mover(request),
        "checks": _checks(request.criteria or ()),
        "computed_amount_cents": sum(line["amount_cents"] for line in request.lines or ()),
    }


def _mover(request: Request) -> Mover | None:
    if request.state == "draft":
        if any(code.startswith("fact:") for code in request.lacking):
            return "advisor"
        return "candidate" if "consent_send_to_ministry" in request.lacking else "employer"
    movers: dict[str, Mover] = {"ready": "employer", "information_requested": "employer", "submitted": "ministry"}
    return movers.get(request.state)


def _checks(criteria: Sequence[Mapping[str, Any]]) -> ChecksView:
    results = [each["result"] for each in criteria]
    return ChecksView(**{answer: results.count(answer) for answer in ("met", "not_met", "unknown")})
