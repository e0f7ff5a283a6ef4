"""Rola's story, step by step, over HTTP only. Each step is one sentence; it acts, waits for what the services do about
it by themselves, and answers what each of them did. The flow tests live the very same steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from deploy.local.demo.answers import Introduction, Request
from deploy.local.demo.tale import Did, Tale, days, dollars

TARGET = 3  # companies for everyone, and a choice
OFFERS = 2


@dataclass(frozen=True)
class Step:
    fr: str
    en: str
    live: Callable[[Tale], Sequence[Did]]


def the_fair_gets_its_link(tale: Tale) -> Sequence[Did]:
    """The manager makes the link behind the fair's QR code."""
    tale.numbers = tale.manager.numbers()
    tale.link = tale.manager.make_link("fair", tale.today + timedelta(days=60))
    return [Did("intake", f"lien {tale.link}, valable 60 jours", f"link {tale.link}, good for 60 days")]


def she_refers_herself(tale: Tale) -> Sequence[Did]:
    """Rola refers herself by the fair's link, with her agreement; what is missing refuses nobody."""
    reach = tale.person.reach(tale.wire.run_id)
    tale.referral = tale.visitor.refer_herself(tale.link, reach, tale.person.purposes, tale.today, tale.person.at_first)
    fr, en = (", ".join(getattr(m, language) for m in tale.referral.missing) for language in ("fr", "en"))
    number, agreed = tale.referral.file_number, len(tale.person.purposes)
    return [
        Did("intake", f"dossier {number}, incomplet. Il manque : {fr}", f"file {number}, incomplete. Missing: {en}"),
        Did(
            "intake", f"{agreed} consentements notés, chacun retirable", f"{agreed} agreements, each may be taken back"
        ),
    ]


def her_advisor_reads_her_eligibility(tale: Tale) -> Sequence[Did]:
    """The advisor sees each criterion: met, not met, or unknown."""
    words = {"met": ("rempli", "met"), "not_met": ("non rempli", "not met"), "unknown": ("inconnu", "unknown")}
    return [
        Did("intake", f"{each.fr} : {words[each.result][0]}", f"{each.en}: {words[each.result][1]}")
        for each in tale.advisor.eligibility(tale.candidate_id)
    ]


def her_advisor_completes_and_admits(tale: Tale) -> Sequence[Did]:
    """The advisor adds the missing facts and admits her."""
    assert tale.referral is not None
    if tale.person.later:
        tale.advisor.complete(tale.referral.referral_id, tale.person.later)
    rule = tale.advisor.admit(tale.candidate_id)["rule_version"]
    return [Did("intake", f"admise (règle {rule}), une conseillère la suit", f"admitted ({rule}), with an advisor")]


def companies_ask_for_people(tale: Tale) -> Sequence[Did]:
    """The liaison registers the companies and what they ask for."""
    done = []
    for company in tale.companies:
        employer_id = tale.liaison.register(company.registration())
        tale.names[employer_id] = company.name
        job = company.vacancy
        if not job:
            continue
        tale.vacancies[tale.liaison.post_vacancy(employer_id, job)] = employer_id
        fr, en = dollars(job["wage_max_cents"])
        done.append(
            Did("intake", f"{company.name} : CNP {job['occupation']}, jusqu'à {fr} l'heure",
                f"NOC {job['occupation']}, up to {en} an hour")
        )  # fmt: skip
    return done


def matching_proposes_three_companies(tale: Tale) -> Sequence[Did]:
    """Matching proposes three companies by itself, and says why."""

    def three() -> list[Introduction] | None:
        live = [i for i in tale.candidate.companies() if i.state == "proposed"]
        return live if len(live) == TARGET else None

    tale.introductions = tale.wire.wait("matching proposes", three)
    return [
        Did("matching", f"{tale.name_of(i.employer_id)} : score {i.score}, {i.coverage} % des points connus",
            f"score {i.score}, {i.coverage}% of the points known")
        for i in tale.introductions
    ]  # fmt: skip


def she_says_yes_to_all(tale: Tale) -> Sequence[Did]:
    """Rola says yes to the three; only now may the companies see her profile, without her name."""
    for introduction in tale.introductions:
        tale.candidate.answer(introduction.introduction_id, "yes")
    return [Did("matching", "les trois entreprises voient le profil sans nom",
                "the three companies see the profile without a name")]  # fmt: skip


def the_companies_say_yes(tale: Tale) -> Sequence[Did]:
    """Each company reads the profile without a name, and says yes."""
    done = []
    for introduction in tale.introductions:
        company = tale.employer(introduction.employer_id)
        blind = next(
            p for p in company.profiles(introduction.vacancy_id) if p.introduction_id == introduction.introduction_id
        )
        assert blind.candidate_id is None, "a company saw who she is before both had said yes"
        company.answer(introduction.introduction_id, "yes")
        name = tale.name_of(introduction.employer_id)
        done.append(Did("matching", f"{name} dit oui ; elle apprend qui c'est", "says yes, and learns who it is"))
    return done


def they_meet(tale: Tale) -> Sequence[Did]:
    """She meets the three companies."""
    for introduction in tale.introductions:
        tale.employer(introduction.employer_id).meet(introduction.introduction_id, tale.today)
    return [Did("matching", f"{TARGET} entreprises rencontrées sur {TARGET}", f"{TARGET} companies met of {TARGET}")]


def two_make_an_offer(tale: Tale) -> Sequence[Did]:
    """Two of the three make an offer, at the top of what they had announced."""
    done, best_payers = [], []
    for introduction in tale.introductions:
        jobs = tale.liaison.vacancies(introduction.employer_id)
        best_payers.append((introduction, next(v for v in jobs if v.vacancy_id == introduction.vacancy_id)))
    best_payers.sort(key=lambda pair: -pair[1].wage_max_cents)
    for introduction, job in best_payers[:OFFERS]:
        company = tale.employer(introduction.employer_id)
        hours = str(job.hours_per_week)
        tale.offers.append(company.offer(introduction.introduction_id, job.wage_max_cents, hours, tale.starts_on))
        (fr, en), (le, on) = dollars(job.wage_max_cents), days(tale.starts_on)
        name = tale.name_of(introduction.employer_id)
        done.append(
            Did("matching", f"{name} offre {fr} l'heure, {hours.replace('.', ',')} h par semaine, dès le {le}",
                f"offers {en} an hour, {hours} h a week, from {on}")
        )  # fmt: skip
    return done


def she_chooses(tale: Tale) -> Sequence[Did]:
    """She chooses between the offers that stand open; the choice is recorded with both."""
    best = max(tale.offers, key=lambda i: i.offer.terms.wage_cents if i.offer else 0)
    assert best.offer is not None
    tale.choice = tale.candidate.choose(best.offer.offer_id)
    name = tale.name_of(best.employer_id)
    return [Did("matching", f"embauchée : {name}, choisie entre {len(tale.offers)} offres",
                f"hired: {name}, chosen between {len(tale.offers)} offers")]  # fmt: skip


def the_others_close_by_themselves(tale: Tale) -> Sequence[Did]:
    """The other introductions close by themselves, each with its own end."""
    words = {"not_chosen": ("non choisie", "not chosen"), "hired_elsewhere": ("embauchée ailleurs", "hired elsewhere")}
    mine = {i.introduction_id for i in tale.introductions}
    tale.introductions = [i for i in tale.candidate.companies() if i.introduction_id in mine]
    return [
        Did("matching", f"{tale.name_of(i.employer_id)} : {words[i.state][0]}", words[i.state][1])
        for i in tale.introductions if i.state in words
    ]  # fmt: skip


def subsidies_are_assessed(tale: Tale) -> Sequence[Did]:
    """Subsidies tests each measure against the hire and prepares what may be asked, to the cent."""

    def ready() -> Request | None:
        mine = [r for r in tale.employer(tale.chosen.employer_id).requests() if r.hire_id == tale.hire_id]
        return next((r for r in mine if r.state == "ready"), None)

    tale.request = tale.wire.wait("subsidies assesses the hire", ready)
    done = []
    for each in tale.liaison.assessments(tale.hire_id):
        met = sum(c.result == "met" for c in each.criteria)
        done.append(Did("subsidies", f"{each.measure.upper()} : {met} critères remplis sur {len(each.criteria)}",
                        f"{each.measure.upper()}: {met} criteria met of {len(each.criteria)}"))  # fmt: skip
    fr, en = dollars(tale.request.amount_cents)
    return [*done, Did("subsidies", f"demande prête : {fr} en {tale.request.weeks} semaines",
                       f"request ready: {en} in {tale.request.weeks} weeks")]  # fmt: skip


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
        mine = tale.employer(asked.employer_id).requests()
        now = next(r for r in mine if r.request_id == asked.request_id)
        return now if now.decided_on else None

    tale.request = tale.wire.wait("the ministry decides", decided)
    if tale.request.approved_amount_cents is None:
        why = tale.request.refusal_reason
        return [Did("ministry", f"refusée : {why}", f"refused: {why}")]
    fr, en = dollars(tale.request.approved_amount_cents)
    weeks = tale.request.approved_weeks
    return [Did("ministry", f"approuvée : {fr} en {weeks} semaines", f"approved: {en} in {weeks} weeks")]
