"""Words of which invented names are made, and what companies of each kind look for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """``occupations``: NOC 2021, and the lowest wage in cents an hour."""

    sector: str
    legal_form: str
    nouns: tuple[str, ...]
    occupations: tuple[tuple[str, int], ...]


# No occupation here is of a persona's own field (NOC 2021 major groups 11 and 41): in a full programme, too, matching
# proposes to Rola the companies of her story.
KINDS = (
    Kind("manufacturing", "private", ("Ateliers", "Usinage", "Plasturgie", "Métaux ouvrés"),
         (("72106", 2600), ("21301", 3100), ("22302", 2700))),
    Kind("technology", "private", ("Logiciels", "Solutions numériques", "Données", "Réseaux"),
         (("21232", 3300), ("21222", 3400), ("22220", 2800))),
    Kind("health", "npo", ("Clinique", "Résidence", "Centre de soins", "Pharmacie"),
         (("33102", 2300), ("32101", 2700), ("33103", 2000))),
    Kind("finance", "private", ("Cabinet comptable", "Fiducie", "Courtage", "Assurances"),
         (("12200", 2500), ("14201", 2300), ("14200", 2200))),
    Kind("transport", "private", ("Transport", "Logistique", "Entrepôts", "Messagerie"),
         (("13201", 2400), ("14400", 2100), ("12013", 2800))),
    Kind("construction", "private", ("Construction", "Rénovation", "Génie-conseil", "Arpentage"),
         (("22303", 2900), ("21300", 3400), ("22301", 2700))),
    Kind("education", "npo", ("Garderie", "École de langues", "Centre de formation", "Atelier éducatif"),
         (("42202", 2300), ("43100", 2100), ("42201", 2500))),
    Kind("hospitality", "private", ("Traiteur", "Auberge", "Boulangerie", "Cuisine"),
         (("62200", 2300), ("63200", 2000), ("62020", 2200))),
    Kind("retail", "cooperative", ("Coopérative", "Quincaillerie", "Marché", "Librairie"),
         (("62010", 2200), ("64100", 1900), ("60020", 2600))),
    Kind("services", "private", ("Services-conseils", "Communications", "Traduction", "Ressources humaines"),
         (("12101", 2600), ("51114", 2700), ("13110", 2300))),
)  # fmt: skip
PLACES = (
    "Rivenoire", "Boréalis", "du Grand-Moulin", "du Vieux-Quai", "des Trois-Rives", "du Sault-Clair", "Tourmaline",
    "des Érables-Bleus", "Mistassol", "de la Baie-Verte", "Clairaube", "du Pont-Levant", "Hirondelle", "Vertefeuille",
    "des Sables-d'Or", "Aubemarine", "du Cap-Serein", "Lumivert", "des Quatre-Vents", "Nordécume", "Pierrefont-Laude",
    "du Ruisseau-Gris", "Montclerc", "des Hautes-Terres", "Escarpole", "du Lac-Miroir", "Belleronde", "Fontargent",
    "de l'Anse-Pâle", "Solstice", "Val-Cendré", "des Îles-Hautes", "Orée-du-Nord", "Brumevent", "Cormoran",
)  # fmt: skip
GIVEN_NAMES = (
    "Amina", "Mateo", "Oksana", "Thierno", "Leïla", "Rafael", "Mei", "Youssef", "Ioana", "Samir", "Fatou", "Andrés",
    "Nour", "Viktor", "Chidera", "Lucía", "Hamid", "Priya", "Bogdan", "Salma", "Emeka", "Daniela", "Karim", "Linh",
    "Joaquín", "Rania", "Moussa", "Tatiana", "Diego", "Yasmine", "Anil", "Carolina", "Farouk", "Olena", "Kwame",
    "Marisol", "Tarek", "Ngozi", "Paulo", "Zahra", "Ibrahim", "Camila", "Rachid", "Hana", "Sekou", "Valentina", "Omar",
    "Aïssata", "Luis", "Mariam", "Dragan", "Esperanza", "Nabil", "Thuy", "Rodrigo", "Soraya", "Kofi", "Irina", "Hugo",
)  # fmt: skip
FAMILY_NAMES = (
    "Arvendal", "Benchouafi", "Calderoni-Paz", "Diakhouma", "Eskandary", "Ferrandiz", "Gourmenko", "Haddouchine",
    "Ibarrola-Sem", "Jovanenko", "Kassoumi", "Lavandero", "Mbayendo", "Narvaleta", "Oyelandu", "Petrovenska",
    "Quispera", "Rahmanzai", "Soumarena", "Tovarelli", "Ulianescu", "Vasquerin", "Wandjiru", "Xiuhlan", "Yamdogo",
    "Zerroukal", "Abenkour", "Bakayonda", "Cissokhane", "Dombrevic", "Elmansour", "Fontaneda", "Guerreval",
    "Hosseinpur", "Ilunganda", "Jimenarez", "Kovalchenka",
)  # fmt: skip
