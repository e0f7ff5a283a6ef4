"""Pages of employers, liaisons, ministries, retention advisors and managers."""

from services.portal.pages.places.parts import Place, RailItem
from shared.tokens import Role

# what an employer sees of its own, and a liaison of any company: name → path in each language
_OF_A_COMPANY: dict[str, tuple[str, str]] = {
    "to_do": ("a-faire", "to-do"),
    "vacancies": ("postes", "vacancies"),
    "vacancy_new": ("postes/nouveau", "vacancies/new"),
    "vacancy": ("postes/{vacancy_id}", "vacancies/{vacancy_id}"),
    "introduced": ("personnes-presentees", "people-introduced"),
    "introduced_one": ("personnes-presentees/{introduction_id}", "people-introduced/{introduction_id}"),
    "subsidies": ("subventions", "subsidies"),
    "subsidy": ("subventions/{request_id}", "subsidies/{request_id}"),
    "claim": ("reclamations/{claim_id}", "claims/{claim_id}"),
    "newcomers": ("recrues", "newcomers"),
    "newcomer": ("recrues/{hire_id}", "newcomers/{hire_id}"),
    "french": ("francais-au-travail", "french-at-work"),
    "french_course": ("francais-au-travail/{course_id}", "french-at-work/{course_id}"),
    "our_trainings": ("nos-formations", "our-trainings"),
}

PLACES: dict[str, Place] = {
    **{name: Place(f"/fr/{fr}", f"/en/{en}") for name, (fr, en) in _OF_A_COMPANY.items()},
    # a liaison's
    "companies": Place("/fr/entreprises", "/en/companies"),
    **{
        f"company_{name}": Place(f"/fr/entreprises/{{employer_id}}/{fr}", f"/en/companies/{{employer_id}}/{en}")
        for name, (fr, en) in _OF_A_COMPANY.items()
    },
    # a ministry's
    "requests": Place("/fr/ministere/demandes", "/en/ministry/requests"),
    "request": Place("/fr/ministere/demandes/{request_id}", "/en/ministry/requests/{request_id}"),
    "claims": Place("/fr/ministere/reclamations", "/en/ministry/claims"),
    "claim_to_pay": Place("/fr/ministere/reclamations/{claim_id}", "/en/ministry/claims/{claim_id}"),
    "courses": Place("/fr/ministere/cours-de-francais", "/en/ministry/french-courses"),
    "course": Place("/fr/ministere/cours-de-francais/{course_id}", "/en/ministry/french-courses/{course_id}"),
    # requests that went out on paper
    "on_paper": Place("/fr/dossiers-papier", "/en/paper-files"),
    "on_paper_one": Place("/fr/dossiers-papier/{request_id}", "/en/paper-files/{request_id}"),
    "dossier": Place("/fr/dossiers-papier/{request_id}/imprimer", "/en/paper-files/{request_id}/print"),
    # a retention advisor's
    "today": Place("/fr/aujourdhui", "/en/today"),
    "task": Place("/fr/taches/{task_id}", "/en/tasks/{task_id}"),
    "call": Place("/fr/appels/{group_id}", "/en/calls/{group_id}"),
    "signals": Place("/fr/signaux", "/en/signals"),
    "signal": Place("/fr/signaux/{signal_id}", "/en/signals/{signal_id}"),
    "supports": Place("/fr/soutiens", "/en/supports"),
    "employment": Place("/fr/emplois/{hire_id}", "/en/employments/{hire_id}"),
    # a manager's
    "team": Place("/fr/equipe", "/en/team"),
    "staff_member": Place("/fr/equipe/{staff_id}", "/en/team/{staff_id}"),
    "partners": Place("/fr/partenaires", "/en/partners"),
    "trainings": Place("/fr/formations", "/en/trainings"),
    "training": Place("/fr/formations/{session_id}", "/en/trainings/{session_id}"),
    "health": Place("/fr/etat-du-systeme", "/en/health"),
    "aside": Place("/fr/etat-du-systeme/{service}/{event_id}", "/en/health/{service}/{event_id}"),
}

RAILS: dict[Role, tuple[RailItem, ...]] = {
    Role.EMPLOYER: (
        RailItem("to_do"),
        RailItem("introduced"),
        RailItem("vacancies"),
        RailItem("subsidies"),
        RailItem("newcomers"),
        RailItem("french"),
        RailItem("our_trainings"),
    ),
    Role.LIAISON: (RailItem("companies"), RailItem("on_paper"), RailItem("trainings")),
    Role.MINISTRY: (RailItem("requests"), RailItem("claims"), RailItem("courses")),
    Role.RETENTION_ADVISOR: (
        RailItem("today", count="tasks_due"),
        RailItem("signals"),
        RailItem("supports"),
        RailItem("employed"),
        RailItem("programme"),
    ),
    Role.MANAGER: (
        RailItem("programme"),
        RailItem("admitted"),
        RailItem("employed"),
        RailItem("team"),
        RailItem("partners"),
        RailItem("trainings"),
        RailItem("health"),
    ),
    Role.OPERATOR: (RailItem("health"),),
}
