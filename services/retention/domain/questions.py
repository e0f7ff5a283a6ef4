"""What each side is asked: data with a version. A question that changes makes a new version; an answer keeps the
version it was given to. The answers of one side are never shown to the other.

Source: design note on follow-up questions (agenda of the Alaska Work Services manual 1027-13 and evidence on early
departures); our proposal."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.retention.domain.words import Words
from shared.errors import Problem

VERSION = "questions-1"

YES_PARTLY_NO = {
    "yes": Words("Oui", "Yes"),
    "partly": Words("En partie", "Partly"),
    "no": Words("Non", "No"),
}
YES_NO = {"yes": Words("Oui", "Yes"), "no": Words("Non", "No")}
AGAINST_EXPECTATION = {
    "above": Words("Mieux que prévu", "Above expectation"),
    "as_expected": Words("Comme prévu", "As expected"),
    "below": Words("Moins bien que prévu", "Below expectation"),
}


@dataclass(frozen=True)
class Question:
    """``by_oneself``: one of the five that a side may answer without a call, with the outlook."""

    code: str
    words: Words
    answers: Mapping[str, Words]
    by_oneself: bool = False


@dataclass(frozen=True)
class QuestionSet:
    """``outlook`` is asked of both sides, 1 (no) to 5 (yes). ``help_question``: a yes asks the programme to call."""

    version: str
    outlook: Words
    help_question: str
    questions: tuple[Question, ...]

    @property
    def by_oneself(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.by_oneself)


EMPLOYEE = QuestionSet(
    version=VERSION,
    outlook=Words("Pensez-vous rester dans cet emploi ? (1 non, 5 oui)", "Do you mean to stay? (1 no, 5 yes)"),
    help_question="wants_contact",
    questions=(
        Question(
            "tasks_as_promised",
            Words("Faites-vous le travail qui vous était promis ?", "Is the work what was promised?"),
            YES_PARTLY_NO,
            by_oneself=True,
        ),
        Question(
            "pay_as_promised",
            Words("Les heures et la paie sont-elles celles promises ?", "Are hours and pay what was promised?"),
            YES_PARTLY_NO,
        ),
        Question(
            "understands_instructions",
            Words("Comprenez-vous les consignes, en français ?", "Do you understand instructions, in French?"),
            YES_PARTLY_NO,
            by_oneself=True,
        ),
        Question(
            "relations",
            Words("Tout va bien avec l'équipe et la direction ?", "Is all well with colleagues and your manager?"),
            YES_PARTLY_NO,
            by_oneself=True,
        ),
        Question(
            "knows_whom_to_ask",
            Words("Savez-vous à qui demander de l'aide ?", "Do you know whom to ask for help?"),
            YES_PARTLY_NO,
        ),
        Question(
            "unfair_treatment",
            Words(
                "Avez-vous été traité injustement ? (reste entre nous)", "Were you treated unfairly? (stays with us)"
            ),
            YES_NO,
        ),
        Question(
            "daily_life",
            Words("Transport, garde, logement : cela va-t-il ?", "Transport, childcare, housing: all right?"),
            YES_PARTLY_NO,
        ),
        Question(
            "wants_contact",
            Words("Voulez-vous que nous vous appelions ?", "Would you like us to call you?"),
            YES_NO,
            by_oneself=True,
        ),
    ),
)
EMPLOYER = QuestionSet(
    version=VERSION,
    outlook=Words(
        "Pensez-vous garder cette personne, aussi sans subvention ? (1 non, 5 oui)",
        "Do you mean to keep this person, also without a subsidy? (1 no, 5 yes)",
    ),
    help_question="needs_help",
    questions=(
        Question(
            "attendance",
            Words("L'assiduité est-elle celle attendue ?", "Is attendance as expected?"),
            AGAINST_EXPECTATION,
            by_oneself=True,
        ),
        Question(
            "quality",
            Words("La qualité du travail est-elle celle attendue ?", "Is the quality of work as expected?"),
            AGAINST_EXPECTATION,
            by_oneself=True,
        ),
        Question(
            "autonomy",
            Words("L'autonomie est-elle celle attendue à ce jour ?", "Is autonomy as expected by now?"),
            AGAINST_EXPECTATION,
        ),
        Question(
            "communication",
            Words("La communication fonctionne-t-elle ?", "Does communication work?"),
            YES_PARTLY_NO,
            by_oneself=True,
        ),
        Question(
            "companion_available",
            Words("La personne qui accompagne est-elle disponible ?", "Is the companion really available?"),
            YES_PARTLY_NO,
        ),
        Question(
            "adjustments_made",
            Words("Les ajustements convenus sont-ils faits ?", "Have agreed adjustments been made?"),
            YES_PARTLY_NO,
        ),
        Question(
            "training_plan",
            Words("Le plan de formation avance-t-il ?", "Is the training plan moving on?"),
            YES_PARTLY_NO,
        ),
        Question(
            "needs_help",
            Words("Voulez-vous de l'aide (RH, interculturel) ?", "Do you need help (HR, intercultural)?"),
            YES_NO,
            by_oneself=True,
        ),
    ),
)
QUESTIONS: dict[str, QuestionSet] = {"employee": EMPLOYEE, "employer": EMPLOYER}


def answer_problems(side: str, answers: Mapping[str, str], at: str = "/answers") -> list[Problem]:
    """Everything wrong with answers of one side: a question it is not asked, an answer the question does not have."""
    known = {question.code: question for question in QUESTIONS[side].questions}
    problems = []
    for code, answer in answers.items():
        where = f"{at}/{_escaped(code)}"
        if code not in known:
            problems.append(
                Problem(
                    where,
                    "no_such_question",
                    f"Ce côté répond à : {', '.join(known)}.",
                    f"This side is asked: {', '.join(known)}.",
                )
            )
        elif answer not in known[code].answers:
            choices = ", ".join(known[code].answers)
            problems.append(
                Problem(where, "no_such_answer", f"Choisissez parmi : {choices}.", f"Choose one of: {choices}.")
            )
    return problems


def asks_for_help(side: str, answers: Mapping[str, str]) -> bool:
    return answers.get(QUESTIONS[side].help_question) == "yes"


def _escaped(code: str) -> str:
    return code.replace("~", "~0").replace("/", "~1")
