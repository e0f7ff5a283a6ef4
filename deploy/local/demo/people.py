"""Whom the story is about: a person, and companies with what they ask for. All of them invented."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]
TEACHING = "41220"  # NOC 2021
ALL_PURPOSES = ("introduce_without_name", "share_file_with_employer", "send_to_ministry", "tell_sender_outcome")


@dataclass(frozen=True)
class Person:
    """``at_first``: what she says at the fair; ``later``: what her advisor learns. Together they are complete."""

    given_name: str
    family_name: str
    phone: str
    at_first: Json
    later: Json
    purposes: tuple[str, ...] = ALL_PURPOSES

    def reach(self, run_id: str) -> Json:
        """How to reach her. The address differs from run to run: another run is another person."""
        address = f"{self.given_name.lower()}.{run_id}@example.org"
        return {
            "given_name": self.given_name, "family_name": self.family_name, "phone": self.phone, "email": address
        }  # fmt: skip


@dataclass(frozen=True)
class Company:
    name: str
    sector: str
    contact: str
    legal_form: str = "private"
    vacancy: Json = field(default_factory=dict)

    def registration(self) -> Json:
        return {
            "name": self.name,
            "sector": self.sector,
            "legal_form": self.legal_form,
            "municipality": "laval",
            "quebec_establishment": True,
            "contact": {"name": self.contact, "email": "embauche@example.com"},
        }


def rola(today: date, occupation: str = "11101") -> Person:
    """A financial analyst, eighteen months in Canada. ``occupation``: NOC 2021."""
    return Person(
        given_name="Rola",
        family_name="Khazzouni",
        phone="450-555-0142",
        at_first={
            "arrived_on": str(today - timedelta(days=540)),
            "occupation": occupation,
            "municipality": "laval",
            "french": {"listening": 8, "speaking": 7},
        },
        later={
            "diploma_from": "abroad",
            "months_in_field_quebec": 0,
            "work_authorisation": "permanent_resident",
            "years_of_experience": 9,
            "municipalities_accepted": ["laval", "montreal"],
            "hours_per_week_min": "30",
            "wage_expected_cents": 2600,
            "available_from": str(today),
            "french": {"reading": 8, "writing": 7},
        },
    )


def julio(today: date) -> Person:
    """A mechanical engineer who finds work himself, in production. ``at_first``: what Perspective Carrière learns."""
    return Person(
        given_name="Julio",
        family_name="Arancibia",
        phone="450-555-0177",
        at_first={
            "arrived_on": str(today - timedelta(days=200)),
            "occupation": "21301",
            "municipality": "laval",
            "french": {"listening": 6, "speaking": 5},
            "diploma_from": "abroad",
            "months_in_field_quebec": 0,
            "work_authorisation": "open_permit",
        },
        later={},
    )


def teachers(today: date) -> tuple[Person, Person]:
    """Whom Elias hires, one after the other."""
    first, second = ("Nadège", "Toussignan", "450-555-0121"), ("Farida", "Belkadour", "450-555-0122")
    return _teacher(*first, today, 7), _teacher(*second, today, 9)


def _teacher(given_name: str, family_name: str, phone: str, today: date, french: int) -> Person:
    return Person(
        given_name=given_name,
        family_name=family_name,
        phone=phone,
        at_first={
            "arrived_on": str(today - timedelta(days=700)),
            "occupation": TEACHING,
            "municipality": "laval",
            "municipalities_accepted": ["laval"],
            "french": {"listening": french, "speaking": french, "reading": french, "writing": french},
            "diploma_from": "abroad",
            "months_in_field_quebec": 2,
            "work_authorisation": "permanent_resident",
            "years_of_experience": 6,
            "hours_per_week_min": "30",
            "wage_expected_cents": 2700,
            "available_from": str(today),
            "licences": ["teaching"],
        },
        later={},
    )


def centre() -> Company:
    """The education centre that Elias runs in Chomedey."""
    return Company("Centre éducatif des Trois-Saules", "education", "Elias Haddounian",
                   vacancy=_vacancy(TEACHING, 2800, 3100, "32.5", licences_required=["teaching"]))  # fmt: skip


def companies(occupation: str = "11101") -> tuple[Company, ...]:
    """Three that look for somebody like Rola, and one that looks for somebody else."""
    return (
        Company("Laiterie du Grand-Moulin", "manufacturing", "Hélène Vaillargues",
                vacancy=_vacancy(occupation, 2700, 2800, "37.5")),
        Company("Fiducie Rivenoire", "finance", "Bruno Ladérive",
                vacancy=_vacancy(occupation, 2550, 2650, "37.5")),
        Company("Boréalis Logistique", "transport", "Maude Quévillard",
                vacancy=_vacancy(occupation, 2600, 2700, "40")),
        Company("Clinique du Sault-Blanc", "health", "Odile Ferranti",
                vacancy=_vacancy("31301", 3100, 3900, "36.25", licences_required=["oiiq"])),
    )  # fmt: skip


def factory() -> Company:
    """Where Julio finds work; it looks for nobody through the programme."""
    return Company("Ateliers Tourmaline", "manufacturing", "Denis Courvallier")


def _vacancy(occupation: str, lowest: int, highest: int, hours: str, **more: Any) -> Json:
    """A permanent job in Laval; wages in cents an hour."""
    return {
        "occupation": occupation,
        "openings": 1,
        "wage_min_cents": lowest,
        "wage_max_cents": highest,
        "hours_per_week": hours,
        "permanent": True,
        "municipality": "laval",
        "french_required": {"listening": 6, "speaking": 6},
        **more,
    }
