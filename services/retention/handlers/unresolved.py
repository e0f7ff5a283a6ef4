"""Reports of an end or a change that fit no single employment."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.retention.domain.employments import Unresolved
from services.retention.store import reports
from services.retention.store.reports import Kind, UnplacedReport
from shared.db import Tx
from shared.errors import NotFound
from shared.events.intake import EmploymentChangeReported, EmploymentEndReported
from shared.log import get_logger

Report = EmploymentEndReported | EmploymentChangeReported
log = get_logger()


@dataclass(frozen=True)
class Words:
    """What is said of a report that fits no single employment: a log line, and why it is kept, in French
    and English."""

    ended_already: str
    none_known: tuple[str, str]
    several_open: tuple[str, str]


_END = Words(
    "end_of_employment_known_already",
    none_known=(
        "Une fin d'emploi est annoncée, mais aucun emploi ouvert n'est connu chez cet employeur : l'embauche "
        "est peut-être en route. Si elle n'arrive pas, notez l'embauche ou écartez cette annonce.",
        "The end of a job was reported, but no open job with this employer is known: the hire may be on its "
        "way. If it does not come, record the hire or set this report aside.",
    ),
    several_open=(
        "Une fin d'emploi est annoncée, mais la personne a plusieurs emplois ouverts chez cet employeur : "
        "mettez fin au bon emploi.",
        "The end of a job was reported, but the person has several open jobs with this employer: end the right one.",
    ),
)
_CHANGE = Words(
    "change_of_an_employment_that_ended",
    none_known=(
        "Un changement d'emploi est annoncé, mais aucun emploi ouvert n'est connu chez cet employeur : "
        "l'embauche est peut-être en route. Si elle n'arrive pas, notez l'embauche ou écartez cette annonce.",
        "A change of a job was reported, but no open job with this employer is known: the hire may be on its "
        "way. If it does not come, record the hire or set this report aside.",
    ),
    several_open=(
        "Un changement d'emploi est annoncé, mais la personne a plusieurs emplois ouverts chez cet employeur : "
        "notez le changement au bon emploi.",
        "A change of a job was reported, but the person has several open jobs with this employer: record the "
        "change at the right one.",
    ),
)

WORDS: dict[Kind, Words] = {"end": _END, "change": _CHANGE}
_EVENTS: dict[Kind, type[Report]] = {"end": EmploymentEndReported, "change": EmploymentChangeReported}


def leave(tx: Tx, why: Unresolved, event: Report) -> None:
    """No single job that the report could be about: nothing to do, or it is kept until the hire comes or a person
    looks. Nothing is decided by it alone, and no later fact of the person may wait behind it (so not NotYet)."""
    kind = kind_of(event)
    if why is Unresolved.ALREADY_ENDED:
        reports.remove_report(tx, event.report_id)
        log.info(WORDS[kind].ended_already, report_id=str(event.report_id))
        return
    reports.keep_report(
        tx,
        UnplacedReport(
            report_id=event.report_id,
            candidate_id=event.candidate_id,
            employer_id=event.employer_id,
            kind=kind,
            why=why,
            day=day_of(event),
            reported_by=event.reported_by,
            fact=event.model_dump_json(),
            kept_at=tx.now,
        ),
    )


def set_aside(tx: Tx, report_id: UUID, by: str) -> UnplacedReport:
    """A person looked and there is nothing to place. Raises NotFound."""
    report = reports.lock_unplaced(tx, report_id)
    if not reports.remove_report(tx, report_id):
        raise NotFound
    log.info("report_set_aside", report_id=str(report_id), by=by)
    return report


def event_of(report: UnplacedReport) -> Report:
    return _EVENTS[report.kind].model_validate_json(report.fact)


def kind_of(event: Report) -> Kind:
    return "end" if isinstance(event, EmploymentEndReported) else "change"


def day_of(event: Report) -> date:
    return event.ended_on if isinstance(event, EmploymentEndReported) else event.effective_on
