"""How to reach a person. This is what the identity vault holds; it goes nowhere else."""

import re
from dataclasses import dataclass

from shared.errors import Problem

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")


@dataclass(frozen=True)
class Reach:
    """A person's name and at least one way to reach her. Phone as +15145550123, e-mail in lower case."""

    given_name: str
    family_name: str
    phone: str | None = None
    email: str | None = None


def tidy(reach: Reach) -> Reach:
    """The same, trimmed and normalised, so that one person's two spellings of a number are one."""
    return Reach(
        " ".join(reach.given_name.split()),
        " ".join(reach.family_name.split()),
        _tidy_phone(reach.phone) if reach.phone else None,
        reach.email.strip().lower() or None if reach.email else None,
    )


def check_reach(reach: Reach, at: str = "/person") -> list[Problem]:
    """Every problem of a tidied reach."""
    problems = [
        Problem(f"{at}/{field}", "name_missing", f"Écrivez le {fr}.", f"Give the {en}.")
        for field, fr, en in (("given_name", "prénom", "given name"), ("family_name", "nom", "family name"))
        if not 1 <= len(getattr(reach, field)) <= 100 or not getattr(reach, field).isprintable()
    ]
    if reach.phone is None and reach.email is None:
        problems.append(
            Problem(
                at,
                "no_way_to_reach",
                "Donnez un téléphone ou un courriel : nous devons pouvoir joindre la personne.",
                "Give a phone number or an e-mail: we must be able to reach the person.",
            )
        )
    return problems + check_contact(reach.phone, reach.email, at)


def check_contact(phone: str | None, email: str | None, at: str) -> list[Problem]:
    problems = []
    if phone is not None and not re.fullmatch(r"\+[0-9]{8,15}", phone):
        problems.append(
            Problem(f"{at}/phone", "not_a_phone", "Ce numéro de téléphone est incomplet.", "This phone is incomplete.")
        )
    if email is not None and not (_EMAIL.fullmatch(email) and len(email) <= 254):
        problems.append(
            Problem(f"{at}/email", "not_an_email", "Cette adresse de courriel est incomplète.", "Incomplete e-mail.")
        )
    return problems


def _tidy_phone(written: str) -> str:
    """``(514) 555-0123`` → ``+15145550123``; what is not a number stays as written and fails its check."""
    digits = re.sub(r"[\s().·\-]", "", written)
    if re.fullmatch(r"[0-9]{10}", digits):
        return f"+1{digits}"
    if re.fullmatch(r"1[0-9]{10}", digits):
        return f"+{digits}"
    return digits
