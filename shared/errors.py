"""Errors named by what the caller should do next. Each carries every problem found, in French and English."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where (a JSON pointer such as ``/wage_cents``, or "" for the whole), a stable code,
    and what to do about it in both languages."""

    pointer: str
    code: str
    fr: str
    en: str


class DomainError(Exception):
    """A business "no". Never raised for a fault of the machine."""

    status = 409
    title_fr = "Demande refusée"
    title_en = "Request refused"

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(p.en for p in problems) or self.title_en)
        self.problems = problems


class Refused(DomainError):
    """The rules say no in the present state; asking again unchanged will not help. HTTP 409."""


class Invalid(DomainError):
    """What was sent cannot be understood or is impossible; correct the fields named. HTTP 422."""

    status = 422
    title_fr = "Des renseignements sont à corriger"
    title_en = "Some information needs correcting"


class NotFound(DomainError):
    """There is no such thing, or it is not yours: the two are not told apart. HTTP 404."""

    status = 404
    title_fr = "Introuvable"
    title_en = "Not found"

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(problems or (Problem("", "not_found", "Rien ici à ce numéro.", "Nothing by that number."),)))


class Unauthenticated(DomainError):
    """Nobody we know is calling: send a key or a token. HTTP 401."""

    status = 401
    title_fr = "Qui appelle ?"
    title_en = "Who is calling?"


class Forbidden(DomainError):
    """We know the caller, whose role may not do this. HTTP 403."""

    status = 403
    title_fr = "Votre rôle ne permet pas ceci"
    title_en = "Your role does not allow this"


class InProgress(DomainError):
    """The same command is being carried out at this moment; ask again in a second. HTTP 409."""

    title_fr = "Déjà en cours"
    title_en = "Already in progress"


class Unavailable(DomainError):
    """Something we depend on does not answer; try again later. Nothing was stored. HTTP 503."""

    status = 503
    title_fr = "Momentanément indisponible"
    title_en = "Unavailable for a moment"


class NotYet(Exception):
    """Raised by a consumer's handler that needs a fact still on its way. The event waits; it is tried again when an
    event of type ``waits_for`` (``CandidateHired.type``) arrives for the same key, and at growing intervals."""

    def __init__(self, waits_for: str, *, fr: str, en: str) -> None:
        super().__init__(en)
        self.waits_for = waits_for
        self.fr = fr
        self.en = en
