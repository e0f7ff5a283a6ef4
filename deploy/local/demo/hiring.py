"""A hire by introduction, from whatever point it stands at: yes from both sides, a meeting, an offer, the choice."""

from deploy.local.demo.actors import Liaison
from deploy.local.demo.answers import Introduction
from deploy.local.demo.sides import Candidate, Employer
from deploy.local.demo.wire import NotDone, Wire
from shared import clock

REFUSED = 409


def was_introduced_and_hired(wire: Wire, candidate_id: str) -> bool:
    return any(each.state == "hired" for each in Candidate(wire, candidate_id).companies())


def hire_by_introduction(wire: Wire, candidate_id: str) -> bool:
    """Whether she is hired by a company that is proposed to her at this moment; False when there is none, or another
    was faster to its last place."""
    person = Candidate(wire, candidate_id)
    proposed = [each for each in person.companies() if each.state == "proposed"]
    if not proposed:
        return False
    try:
        return _hired(wire, person, proposed[0])
    except NotDone as no:
        if no.status == REFUSED:
            return False
        raise


def _hired(wire: Wire, person: Candidate, introduction: Introduction) -> bool:
    company, id_ = Employer(wire, introduction.employer_id), introduction.introduction_id
    job = next(
        v for v in Liaison(wire).vacancies(introduction.employer_id) if v.vacancy_id == introduction.vacancy_id
    )  # fmt: skip
    person.answer(id_, "yes")
    company.answer(id_, "yes")
    company.meet(id_, clock.today())
    terms = {
        "occupation": job.occupation, "wage_cents": job.wage_max_cents, "hours_per_week": str(job.hours_per_week),
        "starts_on": str(clock.today()), "permanent": True,
    }  # fmt: skip
    offer = company.offer(id_, terms).offer
    if offer is None:
        return False
    person.choose(offer.offer_id)
    return True
