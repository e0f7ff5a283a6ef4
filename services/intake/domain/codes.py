"""Code lists: what may be sent, and how each code reads in French and English. A code that leaves intake in an event
comes from one of these lists, so that no free text (and no name) can slip through."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

Channel = Literal["partner_system", "partner_page", "fair", "self"]
PartnerKind = Literal["community_body", "college", "municipality", "credit_union", "ministry", "other"]
Statement = Literal["partner_statement", "own_link"]
Purpose = Literal["introduce_without_name", "share_file_with_employer", "send_to_ministry", "tell_sender_outcome"]
Municipality = Literal[
    "laval", "montreal", "longueuil", "terrebonne", "blainville", "boisbriand", "saint_eustache", "mascouche",
    "repentigny", "saint_jerome", "other",
]  # fmt: skip
DiplomaFrom = Literal["abroad", "quebec", "none"]
WorkAuthorisation = Literal["permanent_resident", "citizen", "protected", "open_permit", "closed_permit"]
Licence = Literal["oiq", "cpa", "oiiq", "teaching", "otpq", "opq", "ccq"]
Outcome = Literal["refused", "redirected", "withdrawn"]
ClosureReason = Literal[
    "not_eligible", "already_accompanied", "unreachable", "duplicate", "programme_full",
    "services_quebec", "mifi", "community_body", "college",
    "person_withdrew", "sender_withdrew", "found_work", "moved_away",
]  # fmt: skip
LeavingReason = Literal["person_withdrew", "found_work", "moved_away", "studies", "health", "unreachable"]
Sector = Literal[
    "construction", "manufacturing", "finance", "education", "health", "technology", "transport", "retail",
    "hospitality", "services", "public", "other",
]  # fmt: skip
LegalForm = Literal["private", "npo", "cooperative", "municipality", "public_body", "training_institution"]
VacancyEnd = Literal["filled", "withdrawn"]
EndReason = Literal["resigned", "dismissed", "contract_ended", "laid_off", "moved", "unknown"]
LookUpPurpose = Literal[
    "accompaniment", "matching", "introduction", "follow_up", "subsidy_request", "report", "own_file"
]
"""For which a name may be asked."""
ShownFor = Literal[LookUpPurpose, "file"]
"""Why something of a person was shown: a name, or her file."""
Workshop = Literal[
    "job_search", "cv", "interview", "life_in_laval", "work_culture", "rights_at_work", "peers", "digital", "other"
]
TrainingTopic = Literal["diversity_management", "intercultural_communication"]
PlanStep = Literal[
    "cv", "interview", "french", "licence", "network", "workshop", "diploma_evaluation", "internship", "training",
    "introductions",
]  # fmt: skip
CoachingTopic = Literal[
    "cv", "interview", "job_search", "network", "french", "licence", "work_culture", "confidence", "offers", "other"
]
ChangeKind = Literal["advancement", "wage", "hours", "start_moved", "other"]
UpdateType = Literal[
    "referral_passed_on", "referral_closed", "outcome_may_be_told", "hired", "hire_cancelled", "employment_changed",
    "still_employed", "employment_ended",
]  # fmt: skip
PartnerEventType = Literal[
    "interconnexion.partner.person_referred", "interconnexion.partner.referral_completed",
    "interconnexion.partner.workshop_attended", "interconnexion.partner.vacancy_posted",
    "interconnexion.partner.hire_reported", "interconnexion.partner.hours_reported",
    "interconnexion.partner.absence_reported", "interconnexion.partner.employment_changed",
    "interconnexion.partner.employment_end_reported",
]  # fmt: skip

REASONS: dict[str, frozenset[str]] = {
    "refused": frozenset({"not_eligible", "already_accompanied", "unreachable", "duplicate", "programme_full"}),
    "redirected": frozenset({"services_quebec", "mifi", "community_body", "college"}),
    "withdrawn": frozenset({"person_withdrew", "sender_withdrew", "found_work", "moved_away"}),
}


@dataclass(frozen=True)
class Code:
    code: str
    fr: str
    en: str


def _list(allowed: Any, **words: tuple[str, str]) -> tuple[Code, ...]:
    """Every code of a Literal with its words; a code without words is a mistake of ours, found at import."""
    return tuple(Code(code, *words[code]) for code in get_args(allowed))


CODES: dict[str, tuple[Code, ...]] = {
    "channels": _list(
        Channel,
        partner_system=("Système d'un partenaire", "A partner's system"),
        partner_page=("Page d'un partenaire", "A partner's page"),
        fair=("Salon de l'immigration", "Immigration fair"),
        self=("La personne elle-même", "The person herself"),
    ),
    "partner_kinds": _list(
        PartnerKind,
        community_body=("Organisme communautaire", "Community body"),
        college=("Cégep", "College"),
        municipality=("Ville", "Municipality"),
        credit_union=("Caisse", "Credit union"),
        ministry=("Ministère", "Ministry"),
        other=("Autre", "Other"),
    ),
    "purposes": _list(
        Purpose,
        introduce_without_name=("Présenter mon profil sans mon nom", "Show my profile without my name"),
        share_file_with_employer=("Remettre mon dossier à l'employeur", "Give my file to the employer"),
        send_to_ministry=("Transmettre une demande au ministère", "Send a request to the ministry"),
        tell_sender_outcome=("Dire la suite à qui m'a recommandée", "Tell who referred me what became of it"),
    ),
    "municipalities": _list(
        Municipality,
        laval=("Laval", "Laval"),
        montreal=("Montréal", "Montréal"),
        longueuil=("Longueuil", "Longueuil"),
        terrebonne=("Terrebonne", "Terrebonne"),
        blainville=("Blainville", "Blainville"),
        boisbriand=("Boisbriand", "Boisbriand"),
        saint_eustache=("Saint-Eustache", "Saint-Eustache"),
        mascouche=("Mascouche", "Mascouche"),
        repentigny=("Repentigny", "Repentigny"),
        saint_jerome=("Saint-Jérôme", "Saint-Jérôme"),
        other=("Ailleurs", "Elsewhere"),
    ),
    "diplomas": _list(
        DiplomaFrom,
        abroad=("Diplôme obtenu à l'étranger", "Diploma from abroad"),
        quebec=("Diplôme du Québec", "Diploma from Québec"),
        none=("Aucun diplôme", "No diploma"),
    ),
    "work_authorisations": _list(
        WorkAuthorisation,
        permanent_resident=("Résidence permanente", "Permanent residence"),
        citizen=("Citoyenneté", "Citizenship"),
        protected=("Personne protégée", "Protected person"),
        open_permit=("Permis de travail ouvert", "Open work permit"),
        closed_permit=("Permis de travail fermé", "Closed work permit"),
    ),
    "licences": _list(
        Licence,
        oiq=("Ingénieur (OIQ)", "Engineer (OIQ)"),
        cpa=("Comptable professionnel agréé", "Chartered professional accountant"),
        oiiq=("Infirmière (OIIQ)", "Nurse (OIIQ)"),
        teaching=("Autorisation d'enseigner", "Teaching licence"),
        otpq=("Technologue professionnel", "Professional technologist"),
        opq=("Pharmacien (OPQ)", "Pharmacist (OPQ)"),
        ccq=("Carte de la construction (CCQ)", "Construction card (CCQ)"),
    ),
    "closure_reasons": _list(
        ClosureReason,
        not_eligible=("Un critère du programme n'est pas rempli", "A programme criterion is not met"),
        already_accompanied=("Déjà accompagnée ailleurs", "Already accompanied elsewhere"),
        unreachable=("Impossible à joindre", "Cannot be reached"),
        duplicate=("Déjà recommandée", "Referred before"),
        programme_full=("Plus de place", "No place left"),
        services_quebec=("Dirigée vers Services Québec", "Directed to Services Québec"),
        mifi=("Dirigée vers le MIFI", "Directed to MIFI"),
        community_body=("Dirigée vers un organisme", "Directed to a community body"),
        college=("Dirigée vers un cégep", "Directed to a college"),
        person_withdrew=("La personne se retire", "The person withdrew"),
        sender_withdrew=("Le partenaire se retire", "The sender withdrew"),
        found_work=("A trouvé un emploi", "Found work"),
        moved_away=("A quitté la région", "Moved away"),
    ),
    "leaving_reasons": _list(
        LeavingReason,
        person_withdrew=("La personne se retire", "The person withdrew"),
        found_work=("A trouvé un emploi", "Found work"),
        moved_away=("A quitté la région", "Moved away"),
        studies=("Retour aux études", "Back to studies"),
        health=("Raison de santé", "Health"),
        unreachable=("Impossible à joindre", "Cannot be reached"),
    ),
    "sectors": _list(
        Sector,
        construction=("Construction", "Construction"),
        manufacturing=("Fabrication", "Manufacturing"),
        finance=("Finance", "Finance"),
        education=("Éducation", "Education"),
        health=("Santé", "Health"),
        technology=("Technologies", "Technology"),
        transport=("Transport", "Transport"),
        retail=("Commerce de détail", "Retail"),
        hospitality=("Hôtellerie et restauration", "Hospitality"),
        services=("Services", "Services"),
        public=("Secteur public", "Public sector"),
        other=("Autre", "Other"),
    ),
    "legal_forms": _list(
        LegalForm,
        private=("Entreprise privée", "Private business"),
        npo=("Organisme sans but lucratif", "Non-profit organisation"),
        cooperative=("Coopérative", "Cooperative"),
        municipality=("Ville", "Municipality"),
        public_body=("Organisme public", "Public body"),
        training_institution=("Établissement d'enseignement", "Training institution"),
    ),
    "vacancy_ends": _list(VacancyEnd, filled=("Comblé", "Filled"), withdrawn=("Retiré", "Withdrawn")),
    "employment_ends": _list(
        EndReason,
        resigned=("Démission", "Resigned"),
        dismissed=("Congédiement", "Dismissed"),
        contract_ended=("Fin de contrat", "Contract ended"),
        laid_off=("Mise à pied", "Laid off"),
        moved=("Déménagement", "Moved"),
        unknown=("Inconnue", "Unknown"),
    ),
    "workshops": _list(
        Workshop,
        job_search=("Recherche d'emploi", "Job search"),
        cv=("CV et lettre", "CV and letter"),
        interview=("Entrevue", "Interview"),
        life_in_laval=("Vivre à Laval", "Life in Laval"),
        work_culture=("Culture du travail au Québec", "Work culture in Québec"),
        rights_at_work=("Droits et normes du travail", "Rights at work"),
        peers=("Entre pairs", "Among peers"),
        digital=("Outils numériques", "Digital tools"),
        other=("Autre", "Other"),
    ),
    "training_topics": _list(
        TrainingTopic,
        diversity_management=("Gestion de la diversité", "Diversity management"),
        intercultural_communication=("Communication interculturelle", "Intercultural communication"),
    ),
    "plan_steps": _list(
        PlanStep,
        cv=("Refaire le CV", "Rewrite the CV"),
        interview=("Se préparer aux entrevues", "Prepare for interviews"),
        french=("Avancer en français", "Improve French"),
        licence=("Obtenir un permis d'exercice", "Obtain a licence"),
        network=("Se faire un réseau", "Build a network"),
        workshop=("Suivre un atelier", "Take a workshop"),
        diploma_evaluation=("Évaluation comparative du diplôme", "Comparative evaluation of the diploma"),
        internship=("Faire un stage", "Do an internship"),
        training=("Suivre une formation", "Take a course"),
        introductions=("Rencontrer des entreprises", "Meet companies"),
    ),
    "coaching_topics": _list(
        CoachingTopic,
        cv=("CV et lettre", "CV and letter"),
        interview=("Entrevue", "Interview"),
        job_search=("Recherche d'emploi", "Job search"),
        network=("Réseau", "Network"),
        french=("Français", "French"),
        licence=("Permis d'exercice", "Licence"),
        work_culture=("Culture du travail", "Work culture"),
        confidence=("Confiance", "Confidence"),
        offers=("Comparer des offres", "Compare offers"),
        other=("Autre", "Other"),
    ),
    "change_kinds": _list(
        ChangeKind,
        advancement=("Avancement", "Advancement"),
        wage=("Salaire", "Wage"),
        hours=("Heures", "Hours"),
        start_moved=("Début déplacé", "Start moved"),
        other=("Autre", "Other"),
    ),
    "update_types": _list(
        UpdateType,
        referral_passed_on=("Recommandation passée au suivant", "Referral passed on"),
        referral_closed=("La recommandation a sa réponse", "The referral has its answer"),
        outcome_may_be_told=("La suite peut vous être dite", "The outcome may be told to you"),
        hired=("Embauchée", "Hired"),
        hire_cancelled=("Embauche annulée", "Hire fell through"),
        employment_changed=("L'emploi a changé", "The employment changed"),
        still_employed=("Toujours en emploi", "Still employed"),
        employment_ended=("L'emploi a pris fin", "The employment ended"),
    ),
    "partner_event_types": _list(
        PartnerEventType,
        **{
            f"interconnexion.partner.{name}": words
            for name, words in {
                "person_referred": ("Une personne est recommandée", "A person is referred"),
                "referral_completed": ("Une recommandation est complétée", "A referral is completed"),
                "workshop_attended": ("Une personne a suivi un atelier", "A person attended a workshop"),
                "vacancy_posted": ("Une entreprise cherche quelqu'un", "A company looks for somebody"),
                "hire_reported": ("Une personne est embauchée", "A person is hired"),
                "hours_reported": ("Des heures ont été travaillées", "Hours were worked"),
                "absence_reported": ("Une personne s'est absentée", "A person was absent"),
                "employment_changed": ("Un emploi a changé", "An employment changed"),
                "employment_end_reported": ("Un emploi a pris fin", "An employment ended"),
            }.items()
        },
    ),
    "look_up_purposes": _list(
        ShownFor,
        accompaniment=("Accompagner la personne", "Accompany the person"),
        matching=("Chercher une entreprise", "Look for a company"),
        introduction=("Présenter la personne", "Introduce the person"),
        follow_up=("Suivre l'emploi", "Follow the employment"),
        subsidy_request=("Demander une subvention", "Request a subsidy"),
        report=("Rendre compte", "Report"),
        own_file=("Voir son propre dossier", "See one's own file"),
        file=("Lire le dossier de la personne", "Read the person's file"),
    ),
}
