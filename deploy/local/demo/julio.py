"""Julio's story: a bank's employee, a community body, and work that he finds himself, beside his field."""

from collections.abc import Sequence
from datetime import timedelta

from deploy.local.demo.afterwards import live_until
from deploy.local.demo.answers import Assessment, Employment
from deploy.local.demo.people import factory
from deploy.local.demo.senders import Partner
from deploy.local.demo.story import Step
from deploy.local.demo.tale import Did, Tale, days, dollars

BANK, BODY = "bank", "body"
WORKSHOPS = (("interview", 5), ("life_in_laval", 9), ("peers", 12))  # and how many days after he was sent
HIRED_AFTER_DAYS = 19
_PRODUCTION = "94105"  # NOC 2021: beside his field


def the_bank_gets_its_link(tale: Tale) -> Sequence[Did]:
    """The manager makes a personal link for the bank's branch; whom it brings goes to Perspective Carrière first."""
    tale.numbers = tale.manager.numbers()
    for what, name, kind in (
        (BANK, "Caisse des Berges", "credit_union"), (BODY, "Perspective Carrière", "community_body")
    ):  # fmt: skip
        partner_id = tale.manager.add_partner(name, kind)
        tale.partners[what] = Partner(tale.wire, partner_id, tale.manager.issue_key(partner_id))
    tale.link = tale.manager.make_link(
        "partner_page", tale.today + timedelta(days=60), label="Succursale de Chomedey",
        partner_id=tale.partners[BANK].subject, to_partner_id=tale.partners[BODY].subject,
    )  # fmt: skip
    return [Did("intake", f"lien {tale.link} de la succursale", f"link {tale.link} of the branch")]


def a_bank_employee_sends_him(tale: Tale) -> Sequence[Did]:
    """A bank employee opens the link with Julio beside her, and notes that he agrees: no account, no documents."""
    shown = tale.visitor.page(tale.link)
    reach = tale.person.reach(tale.wire.run_id)
    tale.referral = tale.visitor.refer(
        tale.link, reach, tale.person.purposes, tale.today, {}, statement="partner_statement"
    )
    to = shown["to_partner_name"]
    return [Did("intake", f"dossier {tale.referral.file_number}, chez {to} d'abord",
                f"file {tale.referral.file_number}, to {to} first")]  # fmt: skip


def the_body_takes_him(tale: Tale) -> Sequence[Did]:
    """Perspective Carrière finds him in its own system's list and completes what is known, by POST /v1/events."""
    body = tale.partners[BODY]
    (led_to,) = body.tell(
        ("referral_completed", "completed", {"candidate_id": tale.candidate_id, "facts": tale.person.at_first})
    )
    return [Did("intake", f"recommandation : {led_to['state']}", f"referral: {led_to['state']}")]


def he_attends_its_workshops(tale: Tale) -> Sequence[Did]:
    """He attends three workshops there in two weeks; each is told as an event."""
    for workshop, after in WORKSHOPS:
        day = tale.today + timedelta(days=after)
        live_until(tale, day)
        told = {"candidate_id": tale.candidate_id, "workshop": workshop, "held_on": str(day), "minutes": 150}
        tale.partners[BODY].tell(("workshop_attended", f"workshop-{workshop}", told))
    attended = sum(each["attended"] is True for each in tale.candidate.steps())
    return [Did("intake", f"{attended} ateliers suivis", f"{attended} workshops attended")]


def he_is_passed_on_and_admitted(tale: Tale) -> Sequence[Did]:
    """Perspective Carrière passes him on to the programme, where an advisor admits him."""
    assert tale.referral is not None
    passed = tale.partners[BODY].pass_on(tale.referral.referral_id, None)
    rule = tale.advisor.admit(tale.candidate_id)["rule_version"]
    return [Did("intake", "passé au programme", f"passed on to the programme ({passed.state})"),
            Did("intake", f"admis (règle {rule})", f"admitted ({rule})")]  # fmt: skip


def he_finds_work_himself(tale: Tale) -> Sequence[Did]:
    """He finds work himself, full time, in production, beside his field; Perspective Carrière reports it."""
    live_until(tale, tale.today + timedelta(days=HIRED_AFTER_DAYS))
    company = factory()
    terms = {
        "occupation": _PRODUCTION, "wage_cents": 2300, "hours_per_week": "40", "starts_on": str(tale.starts_on),
        "permanent": True,
    }  # fmt: skip
    (led_to,) = tale.partners[BODY].tell(
        ("hire_reported", "hire", {
            "candidate_id": tale.candidate_id, "employer_ref": company.name, "employer": company.registration(),
            "terms": terms, "in_field": False,
        })
    )  # fmt: skip
    tale.names[led_to["employer_id"]] = company.name

    def followed() -> Employment | None:
        return next(iter(tale.retention.employments(tale.candidate_id)), None)

    employment = tale.wire.wait("the hire flows like any other", followed)
    tale.reported_hire_id = employment.hire_id
    (fr, en), (le, on) = dollars(2300), days(tale.starts_on)
    return [Did("matching", f"embauché ({employment.source}) : {company.name}, {fr} l'heure, 40 h, dès le {le}",
                f"hired ({employment.source}): {company.name}, {en} an hour, 40 h, from {on}"),
            Did("retention", f"{len(employment.tasks)} contacts des deux côtés",
                f"{len(employment.tasks)} contacts on both sides")]  # fmt: skip


def each_measure_says_what_it_found(tale: Tale) -> Sequence[Did]:
    """Beside his field PRIIME does not apply: each measure says what it found, criterion by criterion."""

    def judged() -> list[Assessment] | None:
        return tale.liaison.assessments(tale.hire_id) or None

    done = []
    for each in tale.wire.wait("subsidies judges the hire", judged):
        not_met = ", ".join(c.code for c in each.criteria if c.result == "not_met") or "-"
        done.append(Did("subsidies", f"{each.measure.upper()} : {each.result}, non rempli : {not_met}",
                        f"{each.result}, not met: {not_met}"))  # fmt: skip
    return done


def his_senders_see_the_outcome(tale: Tale) -> Sequence[Did]:
    """Both the bank and Perspective Carrière read what became of him, as he agreed, by GET /v1/updates."""
    done = []
    for name, partner in zip(("la caisse", "Perspective Carrière"), tale.partners.values(), strict=True):

        def told(partner: Partner = partner) -> list[str] | None:
            mine = [u for u in partner.updates() if u.candidate_id == tale.candidate_id]
            return [u.type for u in mine] if any(u.outcome == "hired" for u in mine) else None

        seen = ", ".join(tale.wire.wait("a sender is told", told))
        done.append(Did("intake", f"{name} lit : {seen}", f"reads: {seen}"))
    return done


JULIO = (
    Step("La caisse reçoit un lien personnel", "The credit union gets a personal link", the_bank_gets_its_link),
    Step("Une employée de la caisse recommande Julio", "A bank employee refers Julio", a_bank_employee_sends_him),
    Step("Perspective Carrière complète son dossier", "Perspective Carrière completes his file", the_body_takes_him),
    Step("Il suit ses ateliers", "He attends its workshops", he_attends_its_workshops),
    Step("Il est passé au programme, et admis", "He is passed on to the programme, and admitted",
         he_is_passed_on_and_admitted),
    Step("Il trouve un emploi lui-même, en production", "He finds work himself, in production", he_finds_work_himself),
    Step("Ce que les subventions en disent", "What the subsidies say of it", each_measure_says_what_it_found),
    Step("Ceux qui l'ont envoyé voient la suite", "Those who sent him see the outcome", his_senders_see_the_outcome),
)  # fmt: skip
