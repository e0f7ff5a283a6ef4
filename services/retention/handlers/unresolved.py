"""Reports of an end or a change that fit no single employment."""

from dataclasses import dataclass
from uuid import UUID

from services.retention.domain.employments import Unresolved
from shared.errors import NotYet
from shared.events.matching import CandidateHired
from shared.log import get_logger

log = get_logger()


@dataclass(frozen=True)
class Words:
    """What is said of a report that fits no single employment: a log line, and why it waits, in French and English."""

    ended_already: str
    none_known: tuple[str, str]
    several_open: tuple[str, str]


END = Words(
    "end_of_employment_known_already",
    none_known=(
        "Une fin d'emploi est annoncée, mais aucun emploi ouvert n'est connu chez cet employeur : l'embauche "
        "est peut-être en route. Si elle n'arrive pas, notez l'embauche ou écartez cette annonce.",
        "The end of a job was reported, but no open job with this employer is known: the hire may be on its "
        "way. If it does not come, record the hire or set this report aside.",
    ),
    several_open=(
        "Une fin d'emploi est annoncée, mais la personne a plusieurs emplois ouverts chez cet employeur : "
        "mettez fin au bon emploi, à la date annoncée, puis reprenez.",
        "The end of a job was reported, but the person has several open jobs with this employer: end the right "
        "one, on the reported day, then resume.",
    ),
)
CHANGE = Words(
    "change_of_an_employment_that_ended",
    none_known=(
        "Un changement d'emploi est annoncé, mais aucun emploi ouvert n'est connu chez cet employeur : "
        "l'embauche est peut-être en route. Si elle n'arrive pas, notez l'embauche ou écartez cette annonce.",
        "A change of a job was reported, but no open job with this employer is known: the hire may be on its "
        "way. If it does not come, record the hire or set this report aside.",
    ),
    several_open=(
        "Un changement d'emploi est annoncé, mais la personne a plusieurs emplois ouverts chez cet employeur : "
        "notez le changement au bon emploi, puis écartez cette annonce.",
        "A change of a job was reported, but the person has several open jobs with this employer: record the "
        "change at the right one, then set this report aside.",
    ),
)


def leave(why: Unresolved, report_id: UUID, words: Words) -> None:
    """No single employment that the report could be about: nothing to do, or a person must look. Raises NotYet."""
    if why is Unresolved.ALREADY_ENDED:
        log.info(words.ended_already, report_id=str(report_id))
        return
    fr, en = words.none_known if why is Unresolved.NONE_KNOWN else words.several_open
    raise NotYet(CandidateHired.type, fr=fr, en=en)
