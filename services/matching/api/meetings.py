"""The meeting, what each side thought of it, and the offer that follows."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, model_validator

from services.matching.api.access import get_visible, may_see_feedback
from services.matching.api.views import IntroductionView, introduction_view
from services.matching.domain.words import CANDIDATE_MARK_WORDS, EMPLOYER_MARK_WORDS
from services.matching.handlers.meetings import keep_feedback, record_meeting, set_meeting
from services.matching.handlers.offers import make_offer, withdraw_offer
from services.matching.store.hires import get_offer
from services.matching.store.introductions import get_introduction
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.http import Caller, Commands, Role, Sent, allow, example, unfit

router = APIRouter(prefix="/v1", tags=["meetings"])

Recording = Annotated[Caller, allow(Role.ADVISOR, Role.LIAISON, Role.EMPLOYER)]
Judging = Annotated[Caller, allow(Role.CANDIDATE, Role.ADVISOR, Role.LIAISON, Role.EMPLOYER)]
Offering = Annotated[Caller, allow(Role.LIAISON, Role.EMPLOYER)]
Mark = Annotated[int, Field(ge=1, le=5)]
_MARKS = {"candidate": CANDIDATE_MARK_WORDS, "employer": EMPLOYER_MARK_WORDS}


class SetMeeting(Sent, json_schema_extra=example(meets_on="2026-03-10")):
    meets_on: date


class RecordMeeting(Sent, json_schema_extra=example(held_on="2026-03-10")):
    held_on: date


class Marks(Sent):
    """1 to 5; left out: not said. The candidate judges work, team, conditions, place and her wish to work there; the
    company skills, experience, communication, motivation and fit."""

    work: Mark | None = None
    team: Mark | None = None
    conditions: Mark | None = None
    place: Mark | None = None
    wish: Mark | None = None
    skills: Mark | None = None
    experience: Mark | None = None
    communication: Mark | None = None
    motivation: Mark | None = None
    fit: Mark | None = None


class GiveFeedback(
    Sent, json_schema_extra=example(side="employer", marks={"skills": 4, "fit": 5}, reasons=["strong_skills"])
):
    """Codes only: no free text about a person."""

    side: Literal["candidate", "employer"]
    marks: Marks = Marks()
    reasons: tuple[
        Literal[
            "strong_skills",
            "good_contact",
            "french_to_improve",
            "training_needed",
            "overqualified",
            "wage_gap",
            "schedule",
            "distance",
            "unclear_job",
            "did_not_come",
            "other",
        ],
        ...,
    ] = Field((), max_length=11)

    def said(self) -> dict[str, int]:
        return self.marks.model_dump(exclude_none=True)

    @model_validator(mode="after")
    def _says_something_of_its_side(self) -> Self:
        said = self.said()
        if not said and not self.reasons:
            raise unfit(
                "nothing_said",
                "Donnez au moins une note ou une raison.",
                "Give one mark or one reason at least.",
            )
        if not said.keys() <= _MARKS[self.side].keys():
            raise unfit(
                "marks_of_the_other_side",
                f"Ce côté note : {', '.join(_MARKS[self.side])}.",
                f"This side marks: {', '.join(_MARKS[self.side])}.",
            )
        return self


class OfferedTerms(Sent):
    """``occupation`` (NOC 2021, five digits): the vacancy's when left out. Cents an hour."""

    occupation: str | None = Field(None, pattern=r"^\d{5}$")
    wage_cents: int = Field(gt=0, le=100_000)
    hours_per_week: Decimal = Field(gt=0, le=80, decimal_places=2)
    starts_on: date
    permanent: bool


class MakeOffer(
    Sent,
    json_schema_extra=example(
        terms={
            "occupation": "21222",
            "wage_cents": 3450,
            "hours_per_week": "35",
            "starts_on": "2026-03-02",
            "permanent": True,
        }
    ),
):
    terms: OfferedTerms


class WithdrawOffer(Sent, json_schema_extra=example(reason="position_cancelled")):
    reason: Literal["filled", "terms_changed", "position_cancelled", "mistake", "other"]


@router.post("/introductions/{introduction_id}/meeting-day")
def set_day(introduction_id: UUID, body: SetMeeting, command: Commands, caller: Recording) -> IntroductionView:
    """The meeting has a day; told again, another day."""

    def work(tx: Tx) -> IntroductionView:
        get_visible(tx, caller, introduction_id)
        set_meeting(tx, introduction_id, body.meets_on)
        return introduction_view(tx, caller, get_introduction(tx, introduction_id))

    return command.run(IntroductionView, work)


@router.post("/introductions/{introduction_id}/meeting")
def meet(introduction_id: UUID, body: RecordMeeting, command: Commands, caller: Recording) -> IntroductionView:
    """They met, after both had said yes."""

    def work(tx: Tx) -> IntroductionView:
        get_visible(tx, caller, introduction_id)
        record_meeting(tx, introduction_id, body.held_on)
        return introduction_view(tx, caller, get_introduction(tx, introduction_id))

    return command.run(IntroductionView, work)


@router.post("/introductions/{introduction_id}/feedback")
def give_feedback(introduction_id: UUID, body: GiveFeedback, command: Commands, caller: Judging) -> IntroductionView:
    """What one side thought of the meeting: kept here, never shown to the other side. Staff record either."""
    if not may_see_feedback(caller, body.side):
        raise Invalid(
            Problem("/side", "not_yours_to_say", "Donnez votre propre avis.", "Give the feedback of your own side.")
        )

    def work(tx: Tx) -> IntroductionView:
        get_visible(tx, caller, introduction_id)
        keep_feedback(tx, introduction_id, body.side, body.said(), body.reasons)
        return introduction_view(tx, caller, get_introduction(tx, introduction_id))

    return command.run(IntroductionView, work)


@router.post("/introductions/{introduction_id}/offer", status_code=201)
def offer(introduction_id: UUID, body: MakeOffer, command: Commands, caller: Offering) -> IntroductionView:
    """What the company offers; a further offer replaces the first."""

    def work(tx: Tx) -> IntroductionView:
        get_visible(tx, caller, introduction_id)
        make_offer(tx, introduction_id, **body.terms.model_dump())
        return introduction_view(tx, caller, get_introduction(tx, introduction_id))

    return command.run(IntroductionView, work)


@router.post("/offers/{offer_id}/withdrawal")
def take_offer_back(offer_id: UUID, body: WithdrawOffer, command: Commands, caller: Offering) -> IntroductionView:
    """The company takes its open offer back; it may make another."""

    def work(tx: Tx) -> IntroductionView:
        introduction_id = get_offer(tx, offer_id).introduction_id
        get_visible(tx, caller, introduction_id)
        withdraw_offer(tx, offer_id, body.reason)
        return introduction_view(tx, caller, get_introduction(tx, introduction_id))

    return command.run(IntroductionView, work)
