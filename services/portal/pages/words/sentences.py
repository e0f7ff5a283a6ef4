"""A sentence for each kind of fact on a person's timeline, and what goes beneath it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from markupsafe import Markup

from services.portal.domain.person import Agreement, Fact, PersonFile
from services.portal.pages.words.language import Words
from services.portal.pages.words.later import LATER_DETAILS, terms_in


class KnowsNames(Protocol):
    def employer(self, employer_id: str | None) -> str | None: ...


@dataclass(frozen=True)
class Sentence:
    """What happened, the details beneath it, and who or what made it happen."""

    what: Markup
    details: tuple[Markup, ...]
    by: Markup | None


class Teller:
    """Words the facts of one person's file, in one language, with the names that may be shown at this moment."""

    def __init__(self, t: Words, names: KnowsNames, facts: Sequence[Fact]) -> None:
        self.t = t
        self._names = names
        self._by_id = {fact.event_id: fact for fact in facts if fact.event_id}
        self._offers = {f.facts["offer_id"]: f.facts.get("employer_id") for f in facts if f.kind == "offer_made"}

    def tell(self, fact: Fact) -> Sentence:
        variant = _VARIANT.get(fact.kind)
        key = f"fact.{fact.kind}" + (f".{variant(fact.facts)}" if variant else "")
        if not self.t.has(key):
            key = "fact.unknown"
        details = _DETAILS.get(fact.kind)
        return Sentence(self._what(key, fact), tuple(details(self, fact.facts)) if details else (), self._by(fact))

    def employer(self, employer_id: str | None, *, first: bool = False) -> str:
        """Its name, or "une entreprise"; ``first`` in the sentence."""
        return self._names.employer(employer_id) or str(
            self.t("employer.unnamed_first" if first else "employer.unnamed")
        )

    def agreement(self, agreement: Agreement) -> Markup:
        recipient = agreement.recipient
        if agreement.purpose == "send_to_ministry" and recipient:
            return self.t("purpose.send_to", recipient=self.t.code("ministry", recipient))
        words = self.t.code("purpose", agreement.purpose)
        if recipient and self._names.employer(recipient):
            return self.t("purpose.for", purpose=words, recipient=self.employer(recipient))
        return words

    def lede(self, file: PersonFile) -> Markup | None:
        """Where she stands, in one sentence."""
        hire = file.hire
        if hire is None or hire.cancelled or hire.starts_on is None:
            return None
        employer = self.employer(hire.employer_id)
        if hire.open_on(file.day):
            return self.t("lede.works", employer=employer, day=self.t.day_with_year(hire.starts_on))
        if hire.ahead_on(file.day):
            return self.t("lede.starts", employer=employer, day=self.t.day_of_week(hire.starts_on))
        if hire.ended_on:
            return self.t("lede.ended", employer=employer, day=self.t.day_with_year(hire.ended_on))
        return None

    def offered_by(self, offer_id: str) -> str | None:
        return self._offers.get(offer_id)

    def _what(self, key: str, fact: Fact) -> Markup:
        facts = fact.facts
        employer_id = facts.get("employer_id") or self._offers.get(facts.get("chosen_offer_id", ""))
        if fact.kind in ("follow_up_planned", "follow_up_replanned"):
            return self.t.n(key, len(facts["tasks"]))
        return self.t(
            key,
            employer=self.employer(employer_id),
            Employer=self.employer(employer_id, first=True),
            contact=self.t.code("contact", facts.get("contact")),
            measure=self.t.code("measure", facts.get("measure")),
            ministry=self.t.code("ministry", facts.get("ministry")),
        )

    def _by(self, fact: Fact) -> Markup | None:
        because = self._by_id.get(fact.cause) if isinstance(fact.cause, UUID) else None
        if because is not None:
            return self.t("by.itself_because", cause=self.t.code("because", because.kind))
        role = (fact.actor or "").partition(":")[0]
        if fact.planned:
            return self.t("by.plan") if fact.kind == "contact_planned" else self.t("by.planned")
        if fact.service == "portal":
            return self.t("by.calendar")
        return self.t.code("actor", role) if role else None


Facts = Mapping[str, Any]
Details = Callable[[Teller, Facts], Sequence[Markup]]


def _terms(tell: Teller, terms: Facts) -> Markup:
    return terms_in(tell.t, terms)


def _missing(tell: Teller, facts: Facts) -> list[Markup]:
    missing = facts.get("missing") or ()
    return [tell.t.n("detail.missing", len(missing))] if missing else [tell.t("detail.complete")]


def _referral(tell: Teller, facts: Facts) -> list[Markup]:
    return [tell.t.code("channel", facts.get("channel")), *_missing(tell, facts)]


def _criteria(tell: Teller, facts: Facts) -> list[Markup]:
    results = facts.get("results") or ()
    if not results:
        return []
    counted = {result: sum(1 for r in results if r == result) for result in ("met", "not_met", "unknown")}
    return [tell.t("detail.criteria", rule=facts.get("rule_version", ""), **counted)]


def _score(tell: Teller, facts: Facts) -> list[Markup]:
    if facts.get("score") is None:
        return [tell.t("detail.no_score", coverage=facts.get("coverage", 0))]
    return [tell.t("detail.score", score=facts["score"], coverage=facts["coverage"])]


def _choice(tell: Teller, facts: Facts) -> list[Markup]:
    offers = facts.get("open_offer_ids") or ()
    by_whom = [tell.offered_by(offer) for offer in offers]
    if not all(by_whom):
        return [tell.t.n("detail.open_offers", len(offers))]
    names = ", ".join(tell.employer(employer_id) for employer_id in by_whom)
    return [tell.t.n("detail.open_offers_named", len(offers), names=names)]


def _hire(tell: Teller, facts: Facts) -> list[Markup]:
    found = [tell.t.code("source", facts.get("source"))] if facts.get("source") else []
    in_field = {True: "detail.in_field", False: "detail.beside_field"}.get(facts.get("in_field"))  # type: ignore[arg-type]
    return [_terms(tell, facts["terms"]), *found, *([tell.t(in_field)] if in_field else [])]


def _amount(tell: Teller, facts: Facts) -> list[Markup]:
    if facts.get("amount_cents") is None or facts.get("weeks") is None:
        return []
    return [tell.t.n("detail.amount", facts["weeks"], amount=tell.t.money(facts["amount_cents"]))]


def _assessment(tell: Teller, facts: Facts) -> list[Markup]:
    return _amount(tell, facts) if facts.get("result") == "may_apply" else []


def _approval(tell: Teller, facts: Facts) -> list[Markup]:
    return [
        *_amount(tell, facts),
        tell.t("detail.from", day=tell.t.day_with_year(date.fromisoformat(facts["starts_on"]))),
    ]


def _due(tell: Teller, facts: Facts) -> list[Markup]:
    side = facts.get("side")
    employer = tell.employer(facts.get("employer_id"))
    return [tell.t(f"detail.side.{side}", employer=employer)] if side in ("both", "employee", "employer") else []


def _contact(tell: Teller, facts: Facts) -> list[Markup]:
    if not facts.get("next_try_on"):
        return []
    return [tell.t("detail.next_try", day=tell.t.day(date.fromisoformat(facts["next_try_on"])))]


def _ended(tell: Teller, facts: Facts) -> list[Markup]:
    last = tell.t("detail.ended_on", day=tell.t.day_with_year(date.fromisoformat(facts["ended_on"])))
    return [last, tell.t.code("end", facts.get("reason"))]


def _reason(family: str) -> Details:
    def details(tell: Teller, facts: Facts) -> list[Markup]:
        return [tell.t.code(family, facts["reason"])] if facts.get("reason") else []

    return details


def _agreement(tell: Teller, facts: Facts) -> list[Markup]:
    return [tell.agreement(Agreement(facts["purpose"], facts.get("recipient"), None))]


def _codes(family: str, field: str) -> Details:
    def details(tell: Teller, facts: Facts) -> list[Markup]:
        said = [str(tell.t.code(family, code)) for code in facts.get(field) or ()]
        return [tell.t("detail.list", items=", ".join(said))] if said else []

    return details


def _period(tell: Teller, facts: Facts) -> list[Markup]:
    first, last = (tell.t.day(date.fromisoformat(facts[end])) for end in ("from_on", "to_on"))
    return [tell.t("detail.period", first=first, last=last), tell.t.code("reported_by", facts.get("reported_by"))]


def _changed(tell: Teller, facts: Facts) -> list[Markup]:
    return [tell.t.code("change", facts.get("kind")), *_reported(tell, facts)]


def _reported(tell: Teller, facts: Facts) -> list[Markup]:
    return [_terms(tell, facts["terms"]), tell.t.code("reported_by", facts.get("reported_by"))]


_DETAILS: dict[str, Details] = {
    "referral_received": _referral,
    "referral_changed": _missing,
    "referral_closed": _reason("closure"),
    "candidate_admitted": _criteria,
    "candidate_withdrawn": _reason("leaving"),
    "consent_given": _agreement,
    "consent_withdrawn": _agreement,
    "hire_reported": _reported,
    "employment_end_reported": _ended,
    "action_plan_agreed": _codes("plan_step", "steps"),
    "coaching_held": _codes("topic", "topics"),
    "workshop_attended": lambda tell, facts: [tell.t.code("workshop", facts.get("workshop"))],
    "hours_reported": _period,
    "absence_reported": _period,
    "employment_change_reported": _changed,
    "meeting_set": lambda tell, facts: [
        tell.t("detail.meets_on", day=tell.t.day_of_week(date.fromisoformat(facts["meets_on"])))
    ],
    **LATER_DETAILS,
    "introduction_proposed": _score,
    "introduction_answered": _reason("declined"),
    "offer_made": lambda tell, facts: [_terms(tell, facts["terms"])],
    "choice_made": _choice,
    "introduction_closed": lambda tell, facts: [
        tell.t.code("introduction_end", facts.get("end")), *_reason("declined")(tell, facts)
    ],
    "candidate_hired": _hire,
    "hire_cancelled": _reason("cancelled"),
    "subsidy_assessed": _assessment,
    "subsidy_requested": _amount,
    "subsidy_approved": _approval,
    "subsidy_refused": _reason("refusal"),
    "subsidy_ended": _reason("subsidy_end"),
    "follow_up_replanned": lambda tell, facts: [tell.t.code("replanned", facts.get("cause"))],
    "follow_up_task_due": _due,
    "contact_recorded": _contact,
    "contact_planned": _due,
    "employment_ended": _ended,
    "first_day_planned": lambda tell, _: [tell.t("detail.will_count")],
}  # fmt: skip

_KNOWN = {
    "outcome": ("accepted", "refused", "redirected", "withdrawn"),
    "by": ("candidate", "employer"),
    "answer": ("yes", "no"),
    "result": ("reached", "not_reached", "may_apply", "does_not_apply", "unknown", "window_missed"),
    "side": ("employee", "employer"),
}


def _code(facts: Facts, field: str) -> str:
    return facts[field] if facts.get(field) in _KNOWN[field] else "other"


# kinds that read differently by a code they carry
_VARIANT: dict[str, Callable[[Facts], str]] = {
    "referral_closed": lambda facts: _code(facts, "outcome"),
    "introduction_answered": lambda facts: f"{_code(facts, 'by')}_{_code(facts, 'answer')}",
    "subsidy_assessed": lambda facts: _code(facts, "result"),
    "contact_recorded": lambda facts: f"{_code(facts, 'side')}_{_code(facts, 'result')}",
}
