"""Every code of matching in words, French and English. A code that is added gets its words here."""

Words = dict[str, tuple[str, str]]

FAMILY_WORDS: Words = {
    "occupation": ("Métier : chiffres de la CNP en commun", "Occupation: NOC digits in common"),
    "experience": ("Années d'expérience", "Years of experience"),
    "french": ("Français au-delà du niveau demandé", "French beyond the level asked"),
    "wage": ("Salaire attendu et salaire offert", "Wage expected and wage offered"),
    "place": ("Lieu de travail", "Place of work"),
    "hours": ("Heures par semaine", "Hours a week"),
}

REQUIREMENT_WORDS: Words = {
    "agreement": ("Accord pour être présentée sans son nom", "Agreement to be introduced without a name"),
    "work_authorised": ("Droit de travailler pour cette entreprise", "May work for this company"),
    "licence": ("Permis d'un ordre professionnel", "Licence of a professional order"),
    "hours": ("Heures par semaine", "Hours a week"),
    "municipality": ("Municipalité acceptée", "Municipality accepted"),
    "french_listening": ("Compréhension orale du français", "French, listening"),
    "french_speaking": ("Production orale en français", "French, speaking"),
    "french_reading": ("Compréhension écrite du français", "French, reading"),
    "french_writing": ("Production écrite en français", "French, writing"),
    "available": ("Disponibilité à la date du début", "Available on the starting day"),
}

FACT_WORDS: Words = {
    "work_authorisation": ("Statut qui permet de travailler", "Status that allows to work"),
    "licences": ("Permis d'ordres professionnels", "Licences of professional orders"),
    "hours_per_week_min": ("Heures par semaine souhaitées", "Hours a week wanted"),
    "municipalities_accepted": ("Municipalités où elle irait travailler", "Municipalities where she would work"),
    "municipality": ("Municipalité où elle habite", "Municipality where she lives"),
    "available_from": ("Date de disponibilité", "Day from which she is free"),
    "occupation": ("Métier", "Occupation"),
    "years_of_experience": ("Années d'expérience", "Years of experience"),
    "wage_expected_cents": ("Salaire attendu", "Wage expected"),
    "french_listening": ("Niveau de français : compréhension orale", "French level: listening"),
    "french_speaking": ("Niveau de français : production orale", "French level: speaking"),
    "french_reading": ("Niveau de français : compréhension écrite", "French level: reading"),
    "french_writing": ("Niveau de français : production écrite", "French level: writing"),
    "starts_on": ("Date du début de l'emploi", "First day of the job"),
}

DECLINE_WORDS: Words = {
    "not_my_field": ("Ce n'est pas mon métier", "Not my field"),
    "too_far": ("Trop loin", "Too far"),
    "wage": ("Salaire", "Wage"),
    "hours": ("Heures", "Hours"),
    "start_date": ("Date du début", "Starting day"),
    "found_work": ("A trouvé un emploi", "Found work"),
    "known_company": ("Entreprise déjà connue", "Company known already"),
    "experience": ("Expérience", "Experience"),
    "skills": ("Compétences", "Skills"),
    "french": ("Français", "French"),
    "licence": ("Permis d'un ordre professionnel", "Licence of a professional order"),
    "filled": ("Poste pourvu", "Position filled"),
    "other": ("Autre raison", "Another reason"),
}

WITHDRAWAL_WORDS: Words = {
    "changed_mind": ("A changé d'avis", "Changed their mind"),
    "facts_changed": ("Les faits ont changé", "The facts have changed"),
    "mistake": ("Inscrit par erreur", "Recorded by mistake"),
    **DECLINE_WORDS,
}

OFFER_WITHDRAWAL_WORDS: Words = {
    "filled": ("Poste pourvu", "Position filled"),
    "terms_changed": ("Les conditions changent", "The terms change"),
    "position_cancelled": ("Poste annulé", "Position cancelled"),
    "mistake": ("Inscrite par erreur", "Recorded by mistake"),
    "other": ("Autre raison", "Another reason"),
}

CANCELLATION_WORDS: Words = {
    "candidate_declined": ("La personne s'est désistée", "The candidate declined"),
    "employer_declined": ("L'entreprise s'est désistée", "The company declined"),
    "terms_changed": ("Les conditions ont changé", "The terms changed"),
    "other": ("Autre raison", "Another reason"),
}

BY_HAND_WORDS: Words = {
    "career_change": ("Changement de carrière voulu", "A change of career she wants"),
    "transferable_skills": ("Compétences transférables", "Skills that carry over"),
    "candidate_asks": ("À la demande de la personne", "The candidate asks for it"),
    "employer_asks": ("À la demande de l'entreprise", "The company asks for it"),
    "fits_by_the_rules": ("Les règles le proposeraient aussi", "The rules would propose it too"),
    "second_look": ("À regarder de nouveau", "Worth a second look"),
    "other": ("Autre raison", "Another reason"),
}

END_REASON_WORDS: Words = {
    "candidate_silent": ("La personne n'a pas répondu à temps", "The candidate did not answer in time"),
    "employer_silent": ("L'entreprise n'a pas répondu à temps", "The company did not answer in time"),
    "consent_withdrawn": ("Accord retiré", "Agreement taken back"),
    "left_programme": ("A quitté le programme", "Left the programme"),
    "hire_cancelled": ("Embauche annulée", "Hire cancelled"),
    "hired_here": ("Embauchée ici directement", "Hired here directly"),
    "vacancy_changed": ("L'offre d'emploi a changé", "The vacancy changed"),
    "withdrawn": ("Offre d'emploi retirée", "Vacancy withdrawn"),
}

CANDIDATE_MARK_WORDS: Words = {
    "work": ("Le travail proposé", "The work itself"),
    "team": ("L'équipe et l'accueil", "The team and the welcome"),
    "conditions": ("Salaire et horaire", "Pay and hours"),
    "place": ("Le lieu et le trajet", "The place and the way there"),
    "wish": ("Envie d'y travailler", "Wish to work there"),
}

EMPLOYER_MARK_WORDS: Words = {
    "skills": ("Compétences", "Skills"),
    "experience": ("Expérience", "Experience"),
    "communication": ("Communication", "Communication"),
    "motivation": ("Motivation", "Motivation"),
    "fit": ("Place dans l'équipe", "Fit with the team"),
}

FEEDBACK_REASON_WORDS: Words = {
    "strong_skills": ("Compétences fortes", "Strong skills"),
    "good_contact": ("Bon contact", "Good contact"),
    "french_to_improve": ("Français à améliorer", "French to improve"),
    "training_needed": ("Formation nécessaire", "Training needed"),
    "overqualified": ("Surqualifiée", "Overqualified"),
    "wage_gap": ("Écart de salaire", "Gap in wage"),
    "schedule": ("Horaire", "Schedule"),
    "distance": ("Distance", "Distance"),
    "unclear_job": ("Poste mal défini", "Job not clear"),
    "did_not_come": ("Absence à la rencontre", "Did not come"),
    "other": ("Autre", "Other"),
}

ACTOR_WORDS: Words = {
    "candidate": ("À la personne de répondre", "The candidate's move"),
    "employer": ("À l'entreprise de répondre", "The company's move"),
    "programme": ("Au programme d'agir", "The programme's move"),
    "date": ("En attente de la date", "Waiting for the day"),
}

STATE_WORDS: Words = {
    "proposed": ("Proposée à la personne", "Proposed to the candidate"),
    "candidate_agreed": ("Proposée à l'entreprise", "Before the company"),
    "accepted": ("Acceptée des deux côtés", "Accepted by both"),
    "meeting_set": ("Rencontre fixée", "Meeting set"),
    "met": ("Rencontre faite", "Met"),
    "offered": ("Offre faite", "Offer made"),
    "hired": ("Embauchée", "Hired"),
    "declined": ("Refusée", "Declined"),
    "not_chosen": ("Offre non choisie", "Offer not chosen"),
    "hired_elsewhere": ("Embauchée ailleurs", "Hired elsewhere"),
    "no_answer": ("Sans réponse", "No answer"),
    "withdrawn": ("Retirée", "Withdrawn"),
    "vacancy_closed": ("Poste fermé", "Vacancy closed"),
}

STATE_WORDS_FOR_COMPANIES: Words = {
    **STATE_WORDS,
    "candidate_agreed": ("À répondre", "To answer"),
    "accepted": ("Rencontre à fixer", "Meeting to set"),
    "met": ("Rencontrée : offre ou réponse attendue", "Met: your offer or answer is awaited"),
    "offered": ("Votre offre est chez la personne", "Your offer is with the candidate"),
    "hired": ("Elle vous a choisis", "Chose you"),
    "not_chosen": ("A choisi une autre offre", "Chose another offer"),
    "no_answer": ("Vous n'avez pas répondu à temps", "You did not answer in time"),
}

STATE_WORDS_FOR_CANDIDATES: Words = {
    **STATE_WORDS,
    "proposed": ("À vous de répondre", "Your answer is awaited"),
    "candidate_agreed": ("L'entreprise répond", "The company is answering"),
    "accepted": ("L'entreprise veut vous rencontrer", "The company wants to meet you"),
    "met": ("Rencontre faite; l'entreprise réfléchit", "Met; the company is thinking"),
    "offered": ("Une offre pour vous", "An offer for you"),
    "hired": ("Vous avez choisi cette entreprise", "You chose this company"),
    "not_chosen": ("Vous avez choisi une autre offre", "You chose another offer"),
    "hired_elsewhere": ("Vous travaillez ailleurs", "You work elsewhere"),
}

CODE_LISTS: dict[str, Words] = {
    "decline_reasons": DECLINE_WORDS,
    "withdrawal_reasons": WITHDRAWAL_WORDS,
    "offer_withdrawal_reasons": OFFER_WITHDRAWAL_WORDS,
    "hire_cancellation_reasons": CANCELLATION_WORDS,
    "by_hand_reasons": BY_HAND_WORDS,
    "end_reasons": {**END_REASON_WORDS, **WITHDRAWAL_WORDS},
    "candidate_marks": CANDIDATE_MARK_WORDS,
    "employer_marks": EMPLOYER_MARK_WORDS,
    "feedback_reasons": FEEDBACK_REASON_WORDS,
    "requirements": REQUIREMENT_WORDS,
    "families": FAMILY_WORDS,
    "facts": FACT_WORDS,
    "who_must_act": ACTOR_WORDS,
    "introduction_states": STATE_WORDS,
    "introduction_states_for_employers": STATE_WORDS_FOR_COMPANIES,
    "introduction_states_for_candidates": STATE_WORDS_FOR_CANDIDATES,
}
