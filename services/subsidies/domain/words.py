"""Codes in French and English, for whoever must act on them."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.subsidies.domain.measures import DocumentKind

CRITERIA = {
    "immigrant": ("La personne vient de l'étranger", "The person came from abroad"),
    "work_authorisation": ("Elle a le droit de travailler", "She may work"),
    "job_in_field": ("L'emploi est dans son domaine", "The job is in her field"),
    "no_significant_experience": (
        "Pas d'expérience significative au Québec dans son domaine",
        "No significant Québec experience in her field",
    ),
    "hours_per_week": ("Assez d'heures par semaine", "Enough hours a week"),
    "regular_job": ("Emploi régulier", "Regular job"),
    "quebec_establishment": ("Établissement au Québec", "Establishment in Québec"),
    "legal_form": ("Forme juridique admissible", "Eligible legal form"),
    "application_window": ("Dans le délai de la demande", "Within the time to apply"),
}
COURSE_QUESTIONS = {
    "current_level": ("Son niveau de français aujourd'hui", "Her level of French today"),
    "timetable": ("Les jours et les heures du cours", "The days and hours of the course"),
    "place": ("Le lieu du cours", "Where the course is given"),
    "teacher": ("Qui donne le cours", "Who gives the course"),
    "paid_time": ("Si les heures de cours sont payées", "Whether the hours of the course are paid"),
    "other": ("Autre chose, dit dans la note", "Something else, said in the note"),
}
_OTHERS = {
    "consent_send_to_ministry": (
        "Il manque l'accord de la personne pour l'envoi au ministère",
        "The person's agreement to send her file to the ministry is missing",
    ),
    "employer_confirmation": ("L'employeur doit confirmer", "The employer must confirm"),
    "information_requested": ("Le ministère attend un renseignement", "The ministry waits for information"),
    "hours_missing": ("Il manque des heures travaillées", "Hours worked are missing"),
}
STATES = {
    "draft": ("À compléter", "To be completed"),
    "ready": ("Prête : à confirmer", "Ready: to be confirmed"),
    "submitted": ("Au ministère", "With the ministry"),
    "information_requested": ("Renseignement demandé", "Information asked for"),
    "approved": ("Approuvée", "Approved"),
    "active": ("En cours", "Running"),
    "running": ("En cours", "Running"),
    "refused": ("Refusée", "Refused"),
    "ended": ("Terminée", "Ended"),
    "due": ("À compléter", "To be completed"),
    "paid": ("Payée", "Paid"),
    "corrected": ("Corrigée", "Corrected"),
}


@dataclass(frozen=True)
class Said:
    """A code and its words."""

    code: str
    fr: str
    en: str


def say(code: str, kinds: Mapping[str, DocumentKind], measures: Mapping[str, tuple[str, str]]) -> Said:
    """The words of a code of what is lacking; the code itself when nobody gave it words. ``measures``: names."""
    what, _, about = code.partition(":")
    if what in ("document", "document_expired") and about in kinds:
        kind = kinds[about]
        fr, en = ("n'est plus valide", "is no longer valid") if what == "document_expired" else ("manque", "is missing")
        return Said(code, f"{kind.fr} : {fr}", f"{kind.en}: {en}")
    if what == "fact" and about in CRITERIA:
        fr, en = CRITERIA[about]
        return Said(code, f"Un fait manque encore : {fr.lower()} ?", f"A fact is still unknown: {en.lower()}?")
    if what == "overlap":
        fr, en = measures.get(about, (about, about))
        return Said(code, f"Une autre mesure couvre les mêmes heures : {fr}",
                    f"Another measure covers the same hours: {en}")  # fmt: skip
    return Said(code, *_OTHERS.get(code, (code, code)))
