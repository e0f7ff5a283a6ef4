"""A person's file as of a moment, folded from her timeline and from nothing else: the same facts give the same file,
in whatever order they came in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from shared.clock import local_date, start_of_day

SERVICES = ("intake", "matching", "subsidies", "retention", "portal")
# what a person may be asked to agree to, in the order shown
PURPOSES = ("introduce_without_name", "share_file_with_employer", "send_to_ministry", "tell_sender_outcome")
# facts of one moment (a transaction says several) are shown in the order in which a story runs
_KINDS = (
    "referral_received", "referral_changed", "consent_given", "candidate_admitted", "referral_closed",
    "introduction_proposed", "introduction_answered", "meeting_held", "offer_made", "choice_made",
    "introduction_closed", "hire_reported", "candidate_hired", "subsidy_assessed", "follow_up_planned",
    "subsidy_requested", "subsidy_approved", "follow_up_replanned",
)  # fmt: skip
_RANK = {kind: place for place, kind in enumerate(_KINDS)}


@dataclass(frozen=True)
class Fact:
    """One row of a person's timeline: an event about her, with the codes, amounts and ids needed to word it."""

    event_id: UUID | None  # None: drawn by the portal itself
    at: datetime
    service: str
    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    cause: UUID | None = None
    actor: str | None = None
    planned: bool = False
    overdue: bool = False

    @property
    def on(self) -> date:
        return local_date(self.at)


@dataclass(frozen=True)
class Agreement:
    """What the person said about one use of her file. ``given`` None: she was never asked."""

    purpose: str
    recipient: str | None
    given: bool | None
    since: date | None = None


@dataclass(frozen=True)
class Standing:
    """Where something stands (a code) and since when."""

    code: str
    since: date


@dataclass(frozen=True)
class French:
    levels: Mapping[str, int | None]
    since: date


@dataclass(frozen=True)
class Hire:
    hire_id: str
    employer_id: str | None
    fact: Fact | None
    starts_on: date | None = None
    ended_on: date | None = None
    end: Fact | None = None
    cancelled: bool = False

    def open_on(self, day: date) -> bool:
        """Started, not ended, not called off: the same rule as the number *employed*."""
        return (
            not self.cancelled
            and self.starts_on is not None
            and self.starts_on <= day
            and (self.ended_on is None or self.ended_on > day)
        )

    def ahead_on(self, day: date) -> bool:
        return not self.cancelled and self.ended_on is None and self.starts_on is not None and self.starts_on > day


@dataclass(frozen=True)
class PersonFile:
    """Everything the page shows, as of ``day``."""

    day: date
    stage: Standing | None
    subsidy: Standing | None
    hire: Hire | None
    happened: tuple[Fact, ...]  # oldest first
    ahead: tuple[Fact, ...]  # soonest first
    agreements: tuple[Agreement, ...]
    french: French | None


def file_as_of(facts: Iterable[Fact], moment: datetime) -> PersonFile:
    """The file as it was known at ``moment``: later facts are left out, plans stand as they stood."""
    day = local_date(moment)
    known = sorted((f for f in facts if f.at <= moment), key=_in_order)
    hires = _hires(known)
    current = _current_hire(hires, day)
    counted, to_count = _counted(known, hires, day)
    ahead = [*_planned_contacts(known, hires, day), *_subsidy_ends(known, day), *to_count]
    return PersonFile(
        day=day,
        stage=_stage(known, hires, day),
        subsidy=_subsidy(known),
        hire=current,
        happened=tuple(sorted([*known, *counted], key=_in_order)),
        ahead=tuple(sorted(ahead, key=_in_order)),
        agreements=_agreements(known),
        french=_french(known),
    )  # fmt: skip


def _in_order(fact: Fact) -> tuple[datetime, int, str, str]:
    return fact.at, _RANK.get(fact.kind, len(_KINDS)), fact.kind, str(fact.event_id)


def _of(known: Sequence[Fact], *kinds: str) -> list[Fact]:
    return [f for f in known if f.kind in kinds]


def _last(known: Sequence[Fact], *kinds: str) -> Fact | None:
    found = _of(known, *kinds)
    return found[-1] if found else None


def _hires(known: Sequence[Fact]) -> list[Hire]:
    hires: dict[str, Hire] = {}
    for fact in _of(known, "candidate_hired", "hire_cancelled", "employment_ended"):
        hire_id = fact.facts["hire_id"]
        hire = hires.get(hire_id, Hire(hire_id, fact.facts.get("employer_id"), None))
        match fact.kind:
            case "candidate_hired":
                hire = replace(hire, fact=fact, starts_on=date.fromisoformat(fact.facts["terms"]["starts_on"]))
            case "hire_cancelled":
                hire = replace(hire, cancelled=True, end=fact)
            case _:
                hire = replace(hire, ended_on=date.fromisoformat(fact.facts["ended_on"]), end=fact)
        hires[hire_id] = hire
    return list(hires.values())


def _current_hire(hires: Sequence[Hire], day: date) -> Hire | None:
    """The job held, else the one that starts next, else the last one."""
    for chosen in ([h for h in hires if h.open_on(day)], [h for h in hires if h.ahead_on(day)], hires):
        if chosen:
            return chosen[-1]
    return None


def _stage(known: Sequence[Fact], hires: Sequence[Hire], day: date) -> Standing | None:
    for hire in hires:
        if hire.open_on(day) and hire.starts_on:
            return Standing("employed", hire.starts_on)
    for hire in hires:
        if hire.ahead_on(day) and hire.fact:
            return Standing("hired", hire.fact.on)
    if left := _last(known, "candidate_withdrawn"):
        return Standing("withdrawn", left.on)
    steps = [
        *((f, "introduced") for f in _of(known, "introduction_proposed")),
        *((f, "choosing") for f in _of(known, "offer_made")),
        *((f, "admitted") for f in _of(known, "candidate_admitted", "hire_cancelled")),
        *((f, "job_ended") for f in _of(known, "employment_ended")),
    ]
    if steps:
        fact, code = max(steps, key=lambda step: step[0].at)
        return Standing(code, fact.on)
    if closed := _last(known, "referral_closed"):
        outcome = closed.facts["outcome"]
        return Standing(outcome if outcome in ("refused", "redirected", "withdrawn") else "referred", closed.on)
    if referred := _last(known, "referral_received"):
        return Standing("incomplete" if referred.facts.get("missing") else "referred", referred.on)
    return None


def _subsidy(known: Sequence[Fact]) -> Standing | None:
    codes = {
        "subsidy_requested": "requested",
        "subsidy_approved": "approved",
        "subsidy_refused": "refused",
        "subsidy_ended": "ended",
    }
    if last := _last(known, *codes):
        return Standing(codes[last.kind], last.on)
    assessed = _of(known, "subsidy_assessed")
    if may := [f for f in assessed if f.facts.get("result") == "may_apply"]:
        return Standing("may_apply", may[-1].on)
    return None


def _agreements(known: Sequence[Fact]) -> tuple[Agreement, ...]:
    said: dict[tuple[str, str | None], Agreement] = {}
    for fact in _of(known, "consent_given", "consent_withdrawn"):
        purpose, recipient = fact.facts["purpose"], fact.facts.get("recipient")
        said[purpose, recipient] = Agreement(purpose, recipient, fact.kind == "consent_given", fact.on)
    asked = {purpose for purpose, _ in said}
    never = [Agreement(purpose, None, None) for purpose in PURPOSES if purpose not in asked]
    place = {purpose: i for i, purpose in enumerate(PURPOSES)}
    return tuple(sorted([*said.values(), *never], key=lambda a: place.get(a.purpose, len(place))))


def _french(known: Sequence[Fact]) -> French | None:
    for fact in reversed(_of(known, "candidate_admitted", "candidate_profile_changed")):
        levels = fact.facts.get("french") or {}
        if any(level is not None for level in levels.values()):
            return French(levels, fact.on)
    return None


def _planned_contacts(known: Sequence[Fact], hires: Sequence[Hire], day: date) -> list[Fact]:
    """Contacts that still stand, of the newest plan of each hire that goes on. Two sides on one day are one line."""
    plans: dict[str, Fact] = {f.facts["plan_id"]: f for f in _of(known, "follow_up_planned", "follow_up_replanned")}
    stopped = {h.hire_id for h in hires if h.cancelled or (h.ended_on is not None and h.ended_on <= day)}
    reached = {f.facts["task_id"] for f in _of(known, "contact_recorded") if f.facts.get("result") == "reached"}
    lines: dict[tuple[str, date], list[Mapping[str, Any]]] = {}
    for plan in plans.values():
        if plan.facts["hire_id"] in stopped:
            continue
        for task in plan.facts["tasks"]:
            if task["task_id"] not in reached:
                lines.setdefault((task["contact"], date.fromisoformat(task["due_on"])), []).append(
                    {**task, "employer_id": plan.facts.get("employer_id")}
                )
    return [_planned_line(contact, due_on, tasks, day) for (contact, due_on), tasks in lines.items()]


def _planned_line(contact: str, due_on: date, tasks: Sequence[Mapping[str, Any]], day: date) -> Fact:
    sides = {task["side"] for task in tasks}
    side: Literal["both", "employee", "employer"] = (
        "both" if len(sides) == 2 else "employee" if "employee" in sides else "employer"
    )
    facts = {"contact": contact, "side": side, "due_on": due_on.isoformat(), "employer_id": tasks[0]["employer_id"]}
    return Fact(None, start_of_day(due_on), "retention", "contact_planned", facts, planned=True, overdue=due_on < day)


def _subsidy_ends(known: Sequence[Fact], day: date) -> list[Fact]:
    """When an approved subsidy has run its weeks."""
    ended = {f.facts["request_id"] for f in _of(known, "subsidy_ended")}
    ends = [
        (f, date.fromisoformat(f.facts["starts_on"]) + timedelta(weeks=f.facts["weeks"]))
        for f in _of(known, "subsidy_approved")
        if f.facts["request_id"] not in ended
    ]
    return [
        Fact(None, start_of_day(end), "subsidies", "subsidy_end_planned", {"weeks": f.facts["weeks"]}, planned=True)
        for f, end in ends
        if end > day
    ]


def _counted(known: Sequence[Fact], hires: Sequence[Hire], day: date) -> tuple[list[Fact], list[Fact]]:
    """What the portal itself did with the facts: how this person moved the programme's numbers, and will."""
    admission = _last(known, "candidate_admitted")
    if admission is None:
        return [], []
    counted = [_moved("counted_admitted", admission)]
    to_count: list[Fact] = []
    for hire in hires:
        if hire.cancelled or hire.fact is None or hire.starts_on is None:
            continue
        facts = {"employer_id": hire.employer_id}
        if hire.starts_on > day:
            if hire.ended_on is None:
                to_count.append(
                    Fact(None, start_of_day(hire.starts_on), "portal", "first_day_planned", facts, planned=True)
                )
            continue
        first = start_of_day(hire.starts_on)
        late = hire.fact.at > first  # reported after the first day: counted when it became known
        counted.append(
            _moved("counted_employed", hire.fact) if late else Fact(None, first, "portal", "counted_employed", facts)
        )
        if hire.end and hire.ended_on and hire.ended_on <= day:
            counted.append(_moved("counted_out", hire.end))
    return counted, to_count


def _moved(kind: str, because: Fact) -> Fact:
    facts = {"employer_id": because.facts.get("employer_id")}
    return Fact(None, because.at, "portal", kind, facts, cause=because.event_id)
