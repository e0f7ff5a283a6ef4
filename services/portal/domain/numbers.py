"""The three numbers of the programme with the exact words of their definitions, and what goes with them. The rows they
count are chosen by one query each, in ``store/numbers.py``; list and number use the same one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

COMPANIES_WANTED = 3  # the programme's promise: about three companies for everyone, and a choice


class Number(StrEnum):
    SUPPORTED = "supported"
    ADMITTED = "admitted"
    EMPLOYED = "employed"


@dataclass(frozen=True)
class Definition:
    """The exact words of a number's definition, in force until another version replaces them with another query."""

    number: Number
    version: int
    fr: str
    en: str

    def words(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


DEFINITIONS: dict[Number, Definition] = {
    Number.SUPPORTED: Definition(
        Number.SUPPORTED,
        1,
        "Nombre d’entreprises différentes qui ont reçu au moins une chose du programme\u00a0: un poste publié, une "
        "présentation, une formation, un soutien ou une demande de subvention. Une entreprise compte une fois.",
        "Number of different companies that received at least one thing from the programme: a vacancy posted, an "
        "introduction, a training, a support or a subsidy request. A company counts once.",
    ),
    Number.ADMITTED: Definition(
        Number.ADMITTED,
        1,
        "Nombre de personnes différentes admises un jour par une conseillère ou un conseiller. Une personne qui quitte "
        "le programme, ou demande l’effacement de son dossier, reste comptée sans son nom.",
        "Number of different people ever admitted by an advisor. A person who leaves the programme, or asks for her "
        "file to be erased, stays counted without her name.",
    ),
    Number.EMPLOYED: Definition(
        Number.EMPLOYED,
        1,
        "Parmi les personnes admises, celles dont un emploi est commencé et non terminé au moment indiqué, peu importe "
        "comment il a été trouvé. Une personne compte une fois, même réembauchée.",
        "Of the people admitted, those with a job that has started and not ended at the moment shown, however it was "
        "found. A person counts once, even if hired again.",
    ),
}


@dataclass(frozen=True)
class ThreeNumbers:
    """The numbers as of a moment, and how they stood at the start of the week."""

    as_of: datetime
    supported: int
    admitted: int
    employed: int
    supported_before: int
    admitted_before: int
    employed_before: int
    starting_soon: int  # hired people whose first day is ahead: not counted as employed

    def value(self, number: Number) -> int:
        return {
            Number.SUPPORTED: self.supported,
            Number.ADMITTED: self.admitted,
            Number.EMPLOYED: self.employed,
        }[number]

    def gained(self, number: Number) -> int:
        """How much the number moved since the week began; may be negative for ``employed``."""
        before = {
            Number.SUPPORTED: self.supported_before,
            Number.ADMITTED: self.admitted_before,
            Number.EMPLOYED: self.employed_before,
        }[number]
        return self.value(number) - before


@dataclass(frozen=True)
class Tally:
    """What came in since Monday."""

    referrals: int
    admissions: int
    introductions: int
    hires: int
    decisions: int


@dataclass(frozen=True)
class Promise:
    """Three companies and a choice."""

    introduced: int  # people introduced to at least one company
    kept: int  # of them, those who met as many companies as promised
    waiting: int  # of the others, those who still look: not hired, not withdrawn


@dataclass(frozen=True)
class Stage:
    """One step of the funnel: how many people reached it, and why others stopped before it (code → people)."""

    code: str
    people: int
    stopped: tuple[tuple[str, int], ...] = ()

    @property
    def lost(self) -> int:
        return sum(n for _, n in self.stopped)


@dataclass(frozen=True)
class FunnelCounts:
    """People by where they are, counted in one pass. Every person is in exactly one ``stopped`` group of a stage."""

    referred: int
    admitted: int
    introduced: int
    found_alone: int  # hired without an introduction
    hired: int
    employed: int
    refused: int
    redirected: int
    withdrew_before: int
    incomplete: int
    being_checked: int
    waiting_introduction: int
    withdrew_admitted: int
    in_introduction: int
    introductions_closed: int
    withdrew_introduced: int
    ended: int
    starting: int


@dataclass(frozen=True)
class HireCounts:
    """Jobs of people admitted, called-off ones left out; one person may have had several."""

    chosen: int  # chosen among companies introduced by the programme
    self_found: int
    ended: int


def funnel(counts: FunnelCounts) -> tuple[Stage, ...]:
    """The steps from referral to work, each with what stopped before it."""
    return (
        Stage("referred", counts.referred),
        Stage(
            "admitted",
            counts.admitted,
            _present(
                refused=counts.refused,
                incomplete=counts.incomplete,
                being_checked=counts.being_checked,
                withdrew=counts.withdrew_before,
                redirected=counts.redirected,
            ),
        ),
        Stage(
            "introduced",
            counts.introduced,
            _present(
                waiting_introduction=counts.waiting_introduction,
                found_alone=counts.found_alone,
                withdrew=counts.withdrew_admitted,
            ),
        ),
        Stage(
            "hired",
            counts.hired,
            _present(
                in_introduction=counts.in_introduction,
                introductions_closed=counts.introductions_closed,
                withdrew=counts.withdrew_introduced,
            ),
        ),
        Stage("employed", counts.employed, _present(job_ended=counts.ended, starting=counts.starting)),
    )


def _present(**groups: int) -> tuple[tuple[str, int], ...]:
    return tuple((code, people) for code, people in groups.items() if people)


@dataclass(frozen=True)
class DayLoad:
    """Contacts planned for one day, by side. ``day`` None: those before today, late."""

    day: date | None
    employee: int
    employer: int

    @property
    def contacts(self) -> int:
        return self.employee + self.employer


def monday_of(day: date) -> date:
    """The Monday on or before ``day``."""
    return day - timedelta(days=day.weekday())


class Freshness(StrEnum):
    LIVE = "live"
    LATE = "late"
    STOPPED = "stopped"
    NOTHING_YET = "nothing_yet"


LATE_AFTER_S = 60.0  # a fact that took longer from its service to here makes the page say "late"
STOPPED_AFTER_S = 30.0  # the worker gives a sign of life every 5 s


@dataclass(frozen=True)
class Pulse:
    """How the facts come in. Seconds of real time, by the database's clock."""

    revision: int  # moves with every fact received, and with every rebuild
    last_fact_s: float | None  # since the last fact came in
    last_delay_s: float | None  # from its publication to its arrival here
    last_sign_s: float | None  # since the worker's last sign of life
    set_aside: int  # files whose facts wait for a person

    @property
    def freshness(self) -> Freshness:
        if self.last_sign_s is not None and self.last_sign_s > STOPPED_AFTER_S:
            return Freshness.STOPPED
        if self.last_fact_s is None:
            return Freshness.NOTHING_YET
        recent = self.last_fact_s < 2 * LATE_AFTER_S
        return Freshness.LATE if recent and (self.last_delay_s or 0) > LATE_AFTER_S else Freshness.LIVE
