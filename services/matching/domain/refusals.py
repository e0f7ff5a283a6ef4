"""Why something cannot be done with an introduction or an offer as it stands."""

from services.matching.domain.requirements import Requirement
from services.matching.domain.words import REQUIREMENT_WORDS
from shared.errors import Problem, Refused


class _Refusal(Refused):
    """One problem with fixed words."""

    problem: Problem

    def __init__(self) -> None:
        super().__init__(self.problem)


class IntroductionOver(_Refusal):
    """It has ended: nothing more can be recorded on it."""

    problem = Problem("", "introduction_over", "Cette présentation est terminée.", "This introduction has ended.")


class AnsweredAlready(_Refusal):
    """This side said yes before."""

    problem = Problem("", "answered_already", "La réponse est déjà donnée.", "The answer has already been given.")


class CandidateAnswersFirst(_Refusal):
    """The company is asked once the candidate has said yes."""

    problem = Problem(
        "",
        "candidate_answers_first",
        "La personne candidate répond d'abord; l'entreprise ensuite.",
        "The candidate answers first, then the company.",
    )


class AnswerInstead(_Refusal):
    """This side has not said yes, so there is nothing to go back on: it answers no."""

    problem = Problem(
        "",
        "answer_instead",
        "La réponse n'est pas encore donnée : répondez non.",
        "No answer has been given yet: answer no.",
    )


class NotAgreedByBoth(_Refusal):
    """A meeting supposes two yeses."""

    problem = Problem(
        "",
        "not_agreed_by_both",
        "Les deux doivent avoir dit oui avant de se rencontrer.",
        "Both must have said yes before they meet.",
    )


class MetAlready(_Refusal):
    """They have met: no day remains to be set."""

    problem = Problem("", "met_already", "La rencontre a déjà eu lieu.", "The meeting has been held already.")


class NotMetYet(_Refusal):
    """An offer, and feedback, suppose a meeting."""

    problem = Problem(
        "", "not_met_yet", "Inscrivez d'abord la rencontre; le reste vient après.", "Record the meeting first."
    )


class OpeningsFilled(_Refusal):
    """Every place of the vacancy is taken."""

    problem = Problem(
        "",
        "openings_filled",
        "Tous les postes de cette offre d'emploi sont pourvus.",
        "Every opening of this vacancy is filled.",
    )


class OfferNotOpen(_Refusal):
    """The offer no longer stands."""

    problem = Problem("/offer_id", "offer_not_open", "Cette offre n'est plus ouverte.", "This offer is no longer open.")


class MayNotBeProposed(Refused):
    """What stands against an introduction by hand, all at once."""


NOT_LOOKING = Problem(
    "/candidate_id",
    "not_looking",
    "Cette personne ne cherche pas d'emploi : elle n'est pas admise, a quitté le programme ou travaille.",
    "This person is not looking for work: not admitted, gone from the programme, or employed.",
)
VACANCY_CLOSED = Problem("/vacancy_id", "vacancy_closed", "Cette offre d'emploi est fermée.", "This vacancy is closed.")
VACANCY_FULL = Problem(
    "/vacancy_id",
    "vacancy_full",
    "Assez de personnes sont devant cette entreprise pour ce poste; attendez une réponse.",
    "Enough people stand before this company for this job; wait for an answer.",
)
INTRODUCED_ALREADY = Problem(
    "/vacancy_id",
    "introduced_already",
    "Une présentation à cette entreprise est en cours.",
    "An introduction to this company is under way.",
)
REASON_NEEDED = Problem(
    "/reason",
    "reason_needed",
    "Le plan ne proposerait pas cette présentation; dites pourquoi vous la proposez.",
    "The plan would not propose this introduction; say why you do.",
)


def requirements_failed(tested: tuple[Requirement, ...]) -> list[Problem]:
    """Each hard requirement that is not met, with the values it rests on."""
    failed = [requirement for requirement in tested if requirement.result == "not_met"]
    return [_requirement_failed(requirement, *REQUIREMENT_WORDS[requirement.code]) for requirement in failed]


def _requirement_failed(requirement: Requirement, fr: str, en: str) -> Problem:
    return Problem(
        "/vacancy_id",
        f"requirement_{requirement.code}",
        f"Exigence non satisfaite — {fr} ({requirement.basis or '-'}).",
        f"Requirement not met — {en} ({requirement.basis or '-'}).",
    )
