"""The subsidy: what an offer would bring before it is made, the request with its papers, the decision, the claim."""

from collections.abc import Sequence
from datetime import timedelta

from deploy.local.demo.afterwards import live_until
from deploy.local.demo.answers import Claim, Estimate, Request
from deploy.local.demo.tale import Did, Tale, dollars
from deploy.local.demo.wire import NotDone

_DOCUMENT = "document:"
_CLAIM_WEEKS = 4
_NOT_FOUND = 404
_WORDS = {"may_apply": ("possible", "possible"), "unknown": ("à confirmer", "to be confirmed"),
          "does_not_apply": ("ne s'applique pas", "does not apply")}  # fmt: skip


def a_company_asks_what_an_offer_would_bring(tale: Tale) -> Sequence[Did]:
    """Before it offers anything, the best payer sees what each measure may pay, and what nobody knows yet."""
    best = max(tale.introductions, key=lambda i: tale.offer_to(i)["wage_cents"])
    company, done = tale.employer(best.employer_id), []

    def estimated() -> list[Estimate] | None:
        try:
            return company.estimate(best.introduction_id, tale.offer_to(best))
        except NotDone as no:
            if no.status != _NOT_FOUND:
                raise
            return None  # subsidies has not heard of the introduction yet

    for each in tale.wire.wait("subsidies estimates", estimated):
        fr, en = dollars(each.amount_cents or 0)
        (fr_result, en_result), weeks = _WORDS.get(each.result, (each.result, each.result)), each.weeks or 0
        open_questions = len(each.unknown)
        done.append(
            Did("subsidies",
                f"{each.measure.upper()} : {fr} en {weeks} semaines, {fr_result} ({open_questions} faits inconnus)",
                f"{en} in {weeks} weeks, {en_result} ({open_questions} facts unknown)")
        )  # fmt: skip
    return done


def subsidies_are_assessed(tale: Tale) -> Sequence[Did]:
    """Subsidies tests each measure against the hire and prepares what may be asked, to the cent."""

    def prepared() -> Request | None:
        mine = tale.employer(tale.chosen.employer_id).requests(tale.hire_id)
        return next((r for r in mine if r.overlaps_with is None), None)

    tale.request = tale.wire.wait("subsidies assesses the hire", prepared)
    done = []
    for each in tale.liaison.assessments(tale.hire_id):
        met = sum(c.result == "met" for c in each.criteria)
        done.append(Did("subsidies", f"{each.measure.upper()} : {met} critères remplis sur {len(each.criteria)}",
                        f"{each.measure.upper()}: {met} criteria met of {len(each.criteria)}"))  # fmt: skip
    fr, en = dollars(tale.request.amount_cents)
    papers = sum(code.startswith(_DOCUMENT) for code in tale.request.missing)
    return [*done, Did("subsidies", f"demande : {fr} en {tale.request.weeks} semaines ; manquent {papers} pièces",
                       f"request computed: {en} in {tale.request.weeks} weeks; {papers} papers missing")]  # fmt: skip


def the_papers_are_registered(tale: Tale) -> Sequence[Did]:
    """The employer says that the missing papers are there; the request is ready."""
    assert tale.request is not None
    company, request_id = tale.employer(tale.chosen.employer_id), tale.request.request_id
    kinds = [code.removeprefix(_DOCUMENT) for code in tale.request.missing if code.startswith(_DOCUMENT)]
    for kind in kinds:
        company.register_document(request_id, kind, tale.today)

    def ready() -> Request | None:
        return next(
            (r for r in company.requests(tale.hire_id) if r.request_id == request_id and r.state == "ready"), None
        )

    tale.request = tale.wire.wait("the request is ready", ready)
    return [Did("subsidies", f"{len(kinds)} pièces notées, demande prête", f"{len(kinds)} papers noted, request ready")]


def the_employer_confirms(tale: Tale) -> Sequence[Did]:
    """The employer confirms the terms; the request goes out, signed."""
    assert tale.request is not None
    tale.employer(tale.chosen.employer_id).confirm(tale.request.request_id)
    return [Did("subsidies", "envoyée à Services Québec par avis signé", "sent to Services Québec by signed notice")]


def the_ministry_decides_by_itself(tale: Tale) -> Sequence[Did]:
    """The ministry fetches the request, checks it by its own rules, and decides by itself."""
    asked = tale.request
    assert asked is not None

    def decided() -> Request | None:
        mine = tale.employer(asked.employer_id).requests(asked.hire_id)
        now = next(r for r in mine if r.request_id == asked.request_id)
        return now if now.decided_on else None

    tale.request = tale.wire.wait("the ministry decides", decided)
    if tale.request.approved_amount_cents is None:
        why = tale.request.refusal_reason
        return [Did("ministry", f"refusée : {why}", f"refused: {why}")]
    fr, en = dollars(tale.request.approved_amount_cents)
    weeks = tale.request.approved_weeks
    return [Did("ministry", f"approuvée : {fr} en {weeks} semaines", f"approved: {en} in {weeks} weeks")]


def a_claim_assembles_itself(tale: Tale) -> Sequence[Did]:
    """Four weeks of work are over: the employer reports the hours, and the claim is computed from them."""
    assert tale.request is not None
    last = tale.starts_on + timedelta(weeks=_CLAIM_WEEKS, days=-1)
    live_until(tale, last + timedelta(days=1))
    company, request_id = tale.employer(tale.chosen.employer_id), tale.request.request_id
    tale.wire.wait("the claim is due", lambda: company.claims(request_id))
    hours = str(_CLAIM_WEEKS * tale.terms.hours_per_week)
    company.report_hours(tale.candidate_id, company.organisation or "", (tale.starts_on, last), hours,
                         tale.terms.wage_cents)  # fmt: skip

    def ready() -> Claim | None:
        return next((c for c in company.claims(request_id) if c.state == "ready"), None)

    tale.claim = tale.wire.wait("the claim is computed", ready)
    fr, en = dollars(tale.claim.amount_cents)
    return [Did("subsidies", f"réclamation : {hours.replace('.', ',')} h, {fr}", f"claim: {hours} h, {en}")]


def the_claim_is_paid(tale: Tale) -> Sequence[Did]:
    """The employer sends the claim, and the ministry pays it."""
    assert tale.claim is not None
    assert tale.request is not None
    claim_id, request_id = tale.claim.claim_id, tale.request.request_id
    company = tale.employer(tale.chosen.employer_id)
    company.submit_claim(claim_id)

    def paid() -> Claim | None:
        mine = next(c for c in company.claims(request_id) if c.claim_id == claim_id)
        return mine if mine.paid_amount_cents is not None else None

    tale.claim = tale.wire.wait("the ministry pays", paid)
    fr, en = dollars(tale.claim.paid_amount_cents or 0)
    return [Did("ministry", f"payée : {fr}", f"paid: {en}")]
