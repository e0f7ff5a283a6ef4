"""What retention's codes are called, in French and English. Pages and the lists of codes read them here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    fr: str
    en: str


CONTACTS = {
    "before_start": Words("Avant le premier jour", "Before the first day"),
    "weeks_2": Words("Deux semaines après le début", "Two weeks after the start"),
    "weeks_6": Words("Six semaines après le début", "Six weeks after the start"),
    "months_3": Words("Trois mois après le début", "Three months after the start"),
    "months_6": Words("Six mois après le début", "Six months after the start"),
    "months_12": Words("Douze mois après le début", "Twelve months after the start"),
    "before_subsidy_end": Words("Avant la fin de la subvention", "Before the subsidy ends"),
    "after_subsidy_end": Words("Après la fin de la subvention", "After the end of the subsidy"),
    "signal": Words("Un signal demande un appel", "A signal asks for a call"),
}
SIDES = {
    "employee": Words("Personne employée", "Employee"),
    "employer": Words("Entreprise", "Employer"),
}
TASK_STATES = {
    "planned": Words("Prévu", "Planned"),
    "moved": Words("Déplacé", "Moved"),
    "due": Words("À faire", "Due"),
    "not_reached": Words("Non joint, prochain essai prévu", "Not reached, next try set"),
    "snoozed": Words("Mis en attente", "Snoozed"),
    "done": Words("Fait", "Done"),
    "cancelled": Words("Annulé", "Cancelled"),
}
EVENTS = {
    "candidate_hired": Words("L'embauche a créé ce contact.", "The hire created this contact."),
    "subsidy_approved": Words(
        "La subvention approuvée a créé ce contact.", "The approved subsidy created this contact."
    ),
    "signal_raised": Words("Un signal a créé ce contact.", "A signal created this contact."),
}
MOVE_REASONS = {
    "asked_by_person": Words("La personne l'a demandé", "The person asked for it"),
    "asked_by_employer": Words("L'entreprise l'a demandé", "The employer asked for it"),
    "away": Words("La personne à joindre est absente", "Whom to call is away"),
    "advisor_absent": Words("La conseillère ou le conseiller est absent", "The advisor is absent"),
    "combined_call": Words("Réuni avec un autre appel", "Combined with another call"),
    "waiting_for_fact": Words("En attente d'un renseignement", "Waiting for a fact"),
    "other": Words("Autre raison", "Another reason"),
}
PLAN_CAUSES = {
    "start_moved": Words("Le début de l'emploi a changé", "The start of the job moved"),
    "subsidy_approved": Words("Une subvention a été approuvée", "A subsidy was approved"),
    "subsidy_ended": Words("La subvention a pris fin plus tôt", "The subsidy ended early"),
    "employment_ended": Words("L'emploi a pris fin", "The job ended"),
    "hire_cancelled": Words("L'embauche est tombée", "The hire fell through"),
    "signal_raised": Words("Un signal est apparu", "A signal was raised"),
    "signal_closed": Words("Le signal est clos", "The signal was closed"),
    "task_moved": Words("Un contact a été déplacé", "A contact was moved"),
    "task_snoozed": Words("Un contact a été mis en attente", "A contact was snoozed"),
}
END_REASONS = {
    "resigned": Words("Démission", "Resigned"),
    "dismissed": Words("Congédiement", "Dismissed"),
    "contract_ended": Words("Fin de contrat", "Contract ended"),
    "laid_off": Words("Mise à pied", "Laid off"),
    "moved": Words("Déménagement", "Moved away"),
    "unknown": Words("Inconnue", "Unknown"),
}
CHANGE_KINDS = {
    "hired": Words("Embauche", "Hire"),
    "advancement": Words("Promotion", "Advancement"),
    "wage": Words("Salaire", "Wage"),
    "hours": Words("Heures", "Hours"),
    "start_moved": Words("Début déplacé", "Start moved"),
    "other": Words("Autre changement", "Another change"),
}
SIGNAL_KINDS = {
    "sides_disagree": Words("Les deux côtés voient l'avenir autrement", "The two sides see it differently"),
    "absences": Words("Absences répétées", "Repeated absences"),
    "silence": Words("Personne ne répond", "Nobody answers"),
    "help_asked": Words("De l'aide est demandée", "Help was asked for"),
}
SIGNAL_REASONS = {
    "outlooks_far_apart": Words(
        "L'un croit que l'emploi durera (4 ou 5), l'autre non (1 ou 2).",
        "One side thinks the job will last (4 or 5), the other does not (1 or 2).",
    ),
    "within_45_days": Words(
        "Les deux contacts sont à 45 jours ou moins l'un de l'autre.", "The two contacts are at most 45 days apart."
    ),
    "three_absences_in_30_days": Words("Trois absences ou plus en 30 jours.", "Three absences or more in 30 days."),
    "three_tries_without_answer": Words("Trois essais sans réponse.", "Three tries without an answer."),
    "asked_in_own_answers": Words(
        "Demandé dans les réponses données par soi-même.", "Asked for in answers given by oneself."
    ),
}
SIGNAL_CLOSURES = {
    "spoke_with_both": Words("Parlé avec les deux côtés", "Spoke with both sides"),
    "spoke_with_employee": Words("Parlé avec la personne", "Spoke with the person"),
    "spoke_with_employer": Words("Parlé avec l'entreprise", "Spoke with the employer"),
    "support_opened": Words("Soutien ouvert", "Support opened"),
    "nothing_needed": Words("Rien à faire", "Nothing needed"),
    "employment_ended": Words("L'emploi a pris fin", "The job ended"),
    "hire_cancelled": Words("L'embauche est tombée", "The hire fell through"),
}
SUPPORT_KINDS = {
    "hr": Words("Soutien en ressources humaines", "HR support"),
    "intercultural": Words("Accompagnement interculturel", "Intercultural support"),
    "mediation": Words("Médiation", "Mediation"),
}
SUPPORT_OUTCOMES = {
    "settled": Words("Réglé", "Settled"),
    "partly_settled": Words("Réglé en partie", "Partly settled"),
    "not_settled": Words("Non réglé", "Not settled"),
}
MILESTONES = {
    "day_90": Words("90 jours en emploi", "90 days employed"),
    "months_6": Words("Six mois en emploi", "Six months employed"),
    "months_12": Words("Douze mois en emploi", "Twelve months employed"),
}
CODES: dict[str, dict[str, Words]] = {
    "contacts": CONTACTS,
    "sides": SIDES,
    "task_states": TASK_STATES,
    "events": EVENTS,
    "move_reasons": MOVE_REASONS,
    "plan_causes": PLAN_CAUSES,
    "end_reasons": END_REASONS,
    "change_kinds": CHANGE_KINDS,
    "signal_kinds": SIGNAL_KINDS,
    "signal_reasons": SIGNAL_REASONS,
    "signal_closures": SIGNAL_CLOSURES,
    "support_kinds": SUPPORT_KINDS,
    "support_outcomes": SUPPORT_OUTCOMES,
    "milestones": MILESTONES,
}


def why_now(contact: str, reason: str | None, signal_kind: str | None) -> tuple[str, Words]:
    """Which event created a task, and why it stands where it does: the contact, its origin, and why it was moved."""
    event = "signal_raised" if contact == "signal" else "candidate_hired"
    if contact.endswith("subsidy_end"):
        event = "subsidy_approved"
    what = SIGNAL_KINDS.get(signal_kind or "", CONTACTS.get(contact, Words(contact, contact)))
    fr, en = f"{what.fr}. {EVENTS[event].fr}", f"{what.en}. {EVENTS[event].en}"
    moved = MOVE_REASONS.get(reason or "") or PLAN_CAUSES.get(reason or "")
    if moved:
        fr, en = f"{fr} {moved.fr}.", f"{en} {moved.en}."
    return event, Words(fr, en)
