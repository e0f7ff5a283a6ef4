"""A hire by introduction, from whatever point it stands at: yes from both sides, a meeting, an offer, the choice."""

from deploy.local.demo.actors import Liaison
from deploy.local.demo.answers import Introduction
from deploy.local.demo.sides import Candidate, Employer
from deploy.local.demo.wire import NotDone, TooLate, Wire
from shared import clock

_PROPOSED_WITHIN_S = 6.0  # after that somebody else goes first: no company looks for her now


def hired_by_introduction(wire: Wire, candidate_id: str, look_long: bool) -> bool:
    """Whether she is hired by one of the companies proposed to her. ``look_long``: proposals may be on their way."""
    person = Candidate(wire, candidate_id)
    if any(each.state == "hired" for each in person.companies()):
        return True
    try:
        seconds = _PROPOSED_WITHIN_S if look_long else 0.0
        live = wire.wait(
            "a company is proposed", lambda: [i for i in person.companies() if i.state == "proposed"], seconds
        )
        return _hired(wire, person, live[0])
    except (TooLate, NotDone):  # nobody looks for her, or another was faster to the last place
        return False


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
