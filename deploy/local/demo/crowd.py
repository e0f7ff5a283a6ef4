"""The people and companies of a whole programme: all of them invented, the same ones at every run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random

from deploy.local.demo.people import ALL_PURPOSES, Company, Json, Person
from deploy.local.demo.words import FAMILY_NAMES, GIVEN_NAMES, KINDS, PLACES, Kind

_TOWNS = ("laval",) * 7 + ("montreal", "terrebonne", "blainville")


@dataclass(frozen=True)
class Size:
    """How large a programme is to be: companies supported, people admitted, people employed at the end."""

    companies: int
    people: int
    employed: int

    def __sub__(self, other: "Size") -> "Size":
        return Size(
            self.companies - other.companies, self.people - other.people, self.employed - other.employed
        )  # fmt: skip

    @property
    def ended(self) -> int:
        """Whose job ended, and who looks again."""
        return self.employed // 8

    @property
    def again(self) -> int:
        """Of those employed, who lost a first job and found another by themselves."""
        return self.employed // 25

    @property
    def hires(self) -> int:
        """Jobs in all, whatever became of them."""
        return self.employed + self.ended + self.again

    @property
    def self_found(self) -> int:
        """Whose first job was found by themselves: with those found again, one hire in eight."""
        return max(0, self.hires // 8 - self.again)

    @property
    def introduced(self) -> int:
        """Who chose among the companies that matching proposed."""
        return self.employed + self.ended - self.self_found

    @property
    def turned_away(self) -> int:
        """Referred beside the people admitted: refused or redirected."""
        return self.people // 20

    @property
    def incomplete(self) -> int:
        """Referred beside them, with facts still to come."""
        return self.people // 24


@dataclass(frozen=True)
class Employer:
    ref: str
    company: Company
    kind: Kind

    def posted(self) -> Json:
        """The data of its vacancy, with what registers it."""
        return {"employer_ref": self.ref, "employer": self.company.registration(), **self.company.vacancy}


@dataclass(frozen=True)
class Newcomer:
    ref: str
    person: Person
    kind: Kind

    def referred(self, run_id: str, on: date) -> Json:
        agreement = {
            "given_on": str(on), "notice_version": "2026-01", "statement": "partner_statement",
            "purposes": list(self.person.purposes),
        }  # fmt: skip
        reach = {**self.person.reach(run_id), "email": f"{self.ref}.{run_id}@example.org"}
        return {"person_ref": self.ref, "person": reach, "agreement": agreement, "facts": self.person.at_first}


@dataclass(frozen=True)
class Job:
    """Work that somebody found by herself: what is told of it."""

    terms: Json
    in_field: bool


def employers(count: int) -> list[Employer]:
    """One vacancy each, for one or two people."""
    found = []
    for number, (kind, name) in zip(range(count), _company_names(), strict=False):
        luck = chance(f"employer/{number}")
        occupation, lowest = luck.choice(kind.occupations)
        vacancy = {
            "occupation": occupation,
            "openings": luck.choice((1, 1, 2, 2)),
            "wage_min_cents": lowest,
            "wage_max_cents": lowest + luck.randrange(100, 500, 50),
            "hours_per_week": luck.choice(("35", "37.5", "37.5", "40")),
            "permanent": True,
            "municipality": luck.choice(_TOWNS),
            "french_required": {"listening": luck.randint(4, 6), "speaking": luck.randint(3, 6)},
        }
        contact = f"{luck.choice(GIVEN_NAMES)} {luck.choice(FAMILY_NAMES)}"
        company = Company(name, kind.sector, contact, kind.legal_form, vacancy)
        found.append(Employer(f"company-{number}", company, kind))
    return found


def newcomers(count: int, today: date, *, first: int = 0) -> list[Newcomer]:
    """Complete files of people who may be admitted, numbered from ``first``."""
    return [_newcomer(number, today) for number in range(first, first + count)]


def unfinished(who: Newcomer) -> Newcomer:
    """The same, with facts still to come."""
    known = {name: who.person.at_first[name] for name in ("occupation", "municipality")}
    person = who.person
    return Newcomer(who.ref, Person(person.given_name, person.family_name, person.phone, known, {}), who.kind)


def evenly(numbers: range, count: int) -> list[int]:
    """``count`` of them, spread evenly."""
    return [numbers[len(numbers) * (2 * each + 1) // (2 * count)] for each in range(count)]


def job_of(who: Newcomer, starts_on: date) -> Job:
    """Work that she found by herself, in her field or beside it."""
    luck = chance(f"job/{who.ref}/{starts_on}")
    in_field = luck.random() < 0.6
    occupation, lowest = who.person.at_first["occupation"], who.kind.occupations[0][1]
    if not in_field:
        occupation, lowest = "94105", 1900
    terms = {
        "occupation": occupation,
        "wage_cents": lowest + luck.randrange(0, 400, 25),
        "hours_per_week": luck.choice(("35", "37.5", "40")),
        "starts_on": str(starts_on),
        "permanent": luck.random() < 0.9,
    }
    return Job(terms, in_field)


def chance(of_what: str) -> Random:
    """The same at every run."""
    return Random(f"interconnexion/{of_what}")  # noqa: S311  # plays dice, keeps no secret


def _newcomer(number: int, today: date) -> Newcomer:
    luck = chance(f"person/{number}")
    kind = KINDS[number % len(KINDS)]
    french = luck.randint(5, 10)
    given, family = _person_name(number)
    purposes = ALL_PURPOSES if luck.random() < 0.85 else ALL_PURPOSES[:3]
    facts: Json = {
        "arrived_on": str(today - timedelta(days=luck.randint(420, 1700))),
        "diploma_from": "quebec" if luck.random() < 0.1 else "abroad",
        "months_in_field_quebec": luck.randint(0, 9),
        "occupation": luck.choice(kind.occupations)[0],
        "years_of_experience": luck.randint(2, 15),
        "french": {"listening": french, "speaking": max(3, french - 1)},
        "municipality": luck.choice(_TOWNS),
        "municipalities_accepted": ["laval", "montreal", "terrebonne", "blainville"],
        "hours_per_week_min": "30",
        "available_from": str(today),
        "work_authorisation": luck.choice(("permanent_resident", "permanent_resident", "open_permit", "protected")),
    }
    if luck.random() < 0.6:  # of the others nobody has asked yet
        facts["wage_expected_cents"] = kind.occupations[0][1]
    phone = f"450-555-{1000 + number:04d}"
    return Newcomer(f"person-{number}", Person(given, family, phone, facts, {}, purposes), kind)


def _person_name(number: int) -> tuple[str, str]:
    """No two of them alike."""
    given = number % len(GIVEN_NAMES)
    return GIVEN_NAMES[given], FAMILY_NAMES[(number // len(GIVEN_NAMES) * 7 + given * 3 + number) % len(FAMILY_NAMES)]


def _company_names() -> Iterator[tuple[Kind, str]]:
    """Kinds in turn, no name twice."""
    names = {}
    for kind in KINDS:
        names[kind.sector] = [f"{noun} {place}" for noun, place in product(kind.nouns, PLACES)]
        chance(kind.sector).shuffle(names[kind.sector])
    for turn in range(min(len(each) for each in names.values())):
        for kind in KINDS:
            yield kind, names[kind.sector][turn]
