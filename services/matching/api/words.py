"""What families of the score and requirements are called, in French and English."""

FAMILY_WORDS: dict[str, tuple[str, str]] = {
    "occupation": ("Métier : chiffres de la CNP en commun", "Occupation: NOC digits in common"),
    "experience": ("Années d'expérience", "Years of experience"),
    "french": ("Français au-delà du niveau demandé", "French beyond the level asked"),
    "wage": ("Salaire attendu et salaire offert", "Wage expected and wage offered"),
    "place": ("Lieu de travail", "Place of work"),
    "hours": ("Heures par semaine", "Hours a week"),
}

REQUIREMENT_WORDS: dict[str, tuple[str, str]] = {
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
