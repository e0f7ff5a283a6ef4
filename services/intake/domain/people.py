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
    problems = check_given_name(reach.given_name, f"{at}/given_name")
    problems += check_family_name(reach.family_name, f"{at}/family_name")
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


def check_given_name(name: str, at: str) -> list[Problem]:
    return _check_name(name, at, "prénom", "given name")


def check_family_name(name: str, at: str) -> list[Problem]:
    return _check_name(name, at, "nom", "family name")


def _check_name(name: str, at: str, fr: str, en: str) -> list[Problem]:
    if 1 <= len(name) <= 100 and name.isprintable():
        return []
    return [Problem(at, "name_missing", f"Écrivez le {fr}.", f"Give the {en}.")]


def check_contact(phone: str | None, email: str | None, at: str) -> list[Problem]:
    return check_phone(phone, f"{at}/phone") + check_email(email, f"{at}/email")


def check_phone(phone: str | None, at: str) -> list[Problem]:
    """Of a tidied one, or as it was written."""
    if phone is None or re.fullmatch(r"\+[0-9]{8,15}", _tidy_phone(phone)):
        return []
    return [Problem(at, "not_a_phone", "Ce numéro de téléphone est incomplet.", "This phone is incomplete.")]


def check_email(email: str | None, at: str) -> list[Problem]:
    if email is None or (_EMAIL.fullmatch(email) and len(email) <= 254):
        return []
    return [Problem(at, "not_an_email", "Cette adresse de courriel est incomplète.", "Incomplete e-mail.")]


def _tidy_phone(written: str) -> str:
    """``(514) 555-0123`` → ``+15145550123``; what is not a number stays as written and fails its check."""
    digits = re.sub(r"[\s().·\-]", "", written)
    if re.fullmatch(r"[0-9]{10}", digits):
        return f"+1{digits}"
    if re.fullmatch(r"1[0-9]{10}", digits):
        return f"+{digits}"
    return digits
