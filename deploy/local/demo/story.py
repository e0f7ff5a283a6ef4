"""Rola's story up to her choice, step by step, over HTTP only. Each step is one sentence; it acts, waits for what the
services do about it by themselves, and answers what each of them did. The flow tests live the very same steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from deploy.local.demo.answers import Introduction
from deploy.local.demo.tale import Did, Tale, days, dollars

OFFERS = 2


@dataclass(frozen=True)
class Step:
    fr: str
    en: str
    live: Callable[..., Sequence[Did]]  # of the story it belongs to


def the_fair_gets_its_link(tale: Tale) -> Sequence[Did]:
    """The manager makes the link behind the fair's QR code."""
    tale.numbers = tale.manager.numbers()
    tale.link = tale.manager.make_link("fair", tale.today + timedelta(days=60), label="Salon de l'immigration")
    return [Did("intake", f"lien {tale.link}, valable 60 jours", f"link {tale.link}, good for 60 days")]


def she_refers_herself(tale: Tale) -> Sequence[Did]:
    """Rola refers herself by the fair's link, with her agreement; what is missing refuses nobody."""
    reach = tale.person.reach(tale.wire.run_id)
    tale.referral = tale.visitor.refer(tale.link, reach, tale.person.purposes, tale.today, tale.person.at_first)
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
    """Matching proposes the companies by itself, and says why."""
    wanted = set(tale.vacancies)

    def proposed() -> list[Introduction] | None:
        live = [i for i in tale.candidate.companies() if i.state == "proposed" and i.vacancy_id in wanted]
        return live if len(live) == tale.wanted else None

    tale.introductions = tale.wire.wait("matching proposes", proposed)
    return [
        Did("matching", f"{tale.name_of(i.employer_id)} : score {i.score}, {i.coverage} % des points connus",
            f"score {i.score}, {i.coverage}% of the points known")
        for i in tale.introductions
    ]  # fmt: skip


def she_says_yes_to_all(tale: Tale) -> Sequence[Did]:
    """She says yes to all; only now may the companies see her profile, without her name."""
    for introduction in tale.introductions:
        tale.candidate.answer(introduction.introduction_id, "yes")
    return [Did("matching", f"profil sans nom visible pour : {len(tale.introductions)}",
                f"companies that see the profile without a name: {len(tale.introductions)}")]  # fmt: skip


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
    """She meets the companies."""
    for introduction in tale.introductions:
        tale.employer(introduction.employer_id).meet(introduction.introduction_id, tale.today)
    met = len(tale.introductions)
    return [Did("matching", f"entreprises rencontrées : {met} sur {tale.wanted}",
                f"companies met: {met} of {tale.wanted}")]  # fmt: skip


def two_make_an_offer(tale: Tale) -> Sequence[Did]:
    """The two best payers make an offer, at the top of what they had announced."""
    done = []
    thought_of = [(introduction, tale.offer_to(introduction)) for introduction in tale.introductions]
    thought_of.sort(key=lambda pair: -pair[1]["wage_cents"])
    for introduction, terms in thought_of[:OFFERS]:
        company = tale.employer(introduction.employer_id)
        tale.offers.append(company.offer(introduction.introduction_id, terms))
        (fr, en), (le, on) = dollars(terms["wage_cents"]), days(tale.starts_on)
        name, hours = tale.name_of(introduction.employer_id), terms["hours_per_week"]
        done.append(
            Did("matching", f"{name} offre {fr} l'heure, {hours.replace('.', ',')} h par semaine, dès le {le}",
                f"offers {en} an hour, {hours} h a week, from {on}")
        )  # fmt: skip
    return done


def she_chooses(tale: Tale) -> Sequence[Did]:
    """She chooses between the offers that stand open; the choice is recorded with all of them."""
    best = max(tale.offers, key=lambda i: i.offer.terms.wage_cents if i.offer else 0)
    assert best.offer is not None
    tale.choice = tale.candidate.choose(best.offer.offer_id)
    name = tale.name_of(best.employer_id)
    return [Did("matching", f"embauchée : {name} ; offres reçues : {len(tale.offers)}",
                f"hired: {name}; offers received: {len(tale.offers)}")]  # fmt: skip


def the_others_close_by_themselves(tale: Tale) -> Sequence[Did]:
    """The other introductions close by themselves, each with its own end."""
    words = {"not_chosen": ("non choisie", "not chosen"), "hired_elsewhere": ("embauchée ailleurs", "hired elsewhere")}
    mine = {i.introduction_id for i in tale.introductions}
    tale.introductions = [i for i in tale.candidate.companies() if i.introduction_id in mine]
    return [
        Did("matching", f"{tale.name_of(i.employer_id)} : {words[i.state][0]}", words[i.state][1])
        for i in tale.introductions if i.state in words
    ]  # fmt: skip
