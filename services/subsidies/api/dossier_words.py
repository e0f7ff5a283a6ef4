"""The words and the look of the printed dossier."""

from typing import Any

STYLE = """
:root { color: #14212b; background: #fff; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; margin: .25rem 0; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; border-bottom: 2px solid #14212b; }
dl { display: grid; grid-template-columns: minmax(9rem, 16rem) 1fr; gap: .25rem 1rem; margin: 0; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
section { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; font-weight: 400; }
th, td { border-bottom: 1px solid #8a97a1; }
thead th, tfoot th { font-weight: 600; }
.n { text-align: right; white-space: nowrap; }
.code { font-family: ui-monospace, monospace; font-size: .85em; overflow-wrap: anywhere; }
.small, .from { font-size: .875rem; }
.warning { color: #7a1f0b; }
.blank { border-bottom: 1px solid #14212b; min-height: 1.6em; }
footer { margin-top: 2rem; border-top: 1px solid #8a97a1; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } }
@media print {
  @page { size: letter; margin: 1.8cm; }
  main { max-width: none; padding: 0; }
  section { overflow: visible; break-inside: avoid; }
  thead { display: table-header-group; }
}
"""

WORDS: dict[str, dict[str, Any]] = {
    "fr": {
        "title": "Dossier de demande de subvention",
        "printed": "imprimé le",
        "not_sent": "Ce dossier n'est pas encore à transmettre :",
        "who": "Qui",
        "file_number": "Numéro de dossier",
        "person": "Personne embauchée",
        "employer": "Employeur",
        "note": "Remarque",
        "ministry": "Ministère",
        "ministries": {"services_quebec": "Services Québec (MTESS)", "mifi": "MIFI"},
        "request": "Numéro de la demande",
        "state": "État",
        "confirmed": "Confirmée par l'employeur le",
        "not_yet": "pas encore",
        "apply_until": "À transmettre au plus tard le",
        "job": "Emploi",
        "occupation": "Profession",
        "wage": "Salaire horaire",
        "hours": "Heures par semaine",
        "starts": "Premier jour",
        "permanent": "Emploi régulier",
        "yes": "oui",
        "no": "non",
        "criteria": "Critères, un par un",
        "criterion": "Critère",
        "result": "Résultat",
        "basis": "D'après",
        "answers": {"met": "rempli", "not_met": "non rempli", "unknown": "inconnu"},
        "computation": "Calcul, ligne par ligne",
        "days": "Du – au (jours ouvrables)",
        "hours_n": "Heures",
        "rate": "Taux",
        "cap": "Plafond / h",
        "pays": "Payé / h",
        "amount": "Montant",
        "total": "Total demandé",
        "weeks": "semaines",
        "how": "Pour chaque heure : le moindre du taux × le salaire et du plafond (le salaire minimum du jour "
        "travaillé). Chaque ligne est arrondie une fois, au cent.",
        "documents": "Documents",
        "document": "Document",
        "statuses": {"present": "fourni", "missing": "manquant", "expired": "expiré"},
        "reference": "Référence",
        "issued": "Délivré le",
        "expires": "Expire le",
        "information": "Renseignements demandés",
        "answered": "répondu le",
        "rules": "Règles appliquées",
        "confidences": {
            "official": "source officielle",
            "secondary_source": "source secondaire",
            "carried_forward": "reconduit",
        },
        "doubts": "Ce que personne n'a confirmé :",
        "decision": "Décision du ministère",
        "date": "Date",
        "decided": "Décision",
        "approved": "approuvée",
        "refused": "refusée",
        "hash": "Empreinte du contenu",
        "hash_of": "Calculée sur le contenu de la demande, sans les noms : le même contenu donne la même empreinte.",
    },
    "en": {
        "title": "Subsidy request file",
        "printed": "printed on",
        "not_sent": "This file is not to be sent yet:",
        "who": "Who",
        "file_number": "File number",
        "person": "Person hired",
        "employer": "Employer",
        "note": "Note",
        "ministry": "Ministry",
        "ministries": {"services_quebec": "Services Québec (MTESS)", "mifi": "MIFI"},
        "request": "Request number",
        "state": "State",
        "confirmed": "Confirmed by the employer on",
        "not_yet": "not yet",
        "apply_until": "To be sent by",
        "job": "Job",
        "occupation": "Occupation",
        "wage": "Hourly wage",
        "hours": "Hours a week",
        "starts": "First day",
        "permanent": "Regular job",
        "yes": "yes",
        "no": "no",
        "criteria": "Criteria, one by one",
        "criterion": "Criterion",
        "result": "Result",
        "basis": "Based on",
        "answers": {"met": "met", "not_met": "not met", "unknown": "unknown"},
        "computation": "Computation, line by line",
        "days": "From – to (working days)",
        "hours_n": "Hours",
        "rate": "Rate",
        "cap": "Cap / h",
        "pays": "Paid / h",
        "amount": "Amount",
        "total": "Total asked for",
        "weeks": "weeks",
        "how": "For each hour: the lesser of rate × wage and the cap (the minimum wage of the day worked). Each line "
        "is rounded once, to the cent.",
        "documents": "Documents",
        "document": "Document",
        "statuses": {"present": "provided", "missing": "missing", "expired": "expired"},
        "reference": "Reference",
        "issued": "Issued on",
        "expires": "Expires on",
        "information": "Information asked for",
        "answered": "answered on",
        "rules": "Rules applied",
        "confidences": {
            "official": "official source",
            "secondary_source": "secondary source",
            "carried_forward": "carried forward",
        },
        "doubts": "What nobody has confirmed:",
        "decision": "The ministry's decision",
        "date": "Date",
        "decided": "Decision",
        "approved": "approved",
        "refused": "refused",
        "hash": "Fingerprint of the content",
        "hash_of": "Of the request's content without names: the same content gives the same fingerprint.",
    },
}


_BASIS = (
    (" months in field in Québec; significant from ", " mois dans le domaine au Québec ; significatif à partir de "),
    ("as recorded with the hire", "comme inscrit à l'embauche"),
    ("; at least ", " ; au moins "),
    ("not permanent", "non régulier"),
    ("permanent_resident", "résident permanent"),
    ("permanent", "régulier"),
    ("until ", "jusqu'au "),
    ("arrived ", "arrivée "),
    ("unknown", "inconnu"),
)
_WHOLE = {"yes": "oui", "no": "non", "None": "aucun"}


def basis_in(lang: str, basis: str) -> str:
    """The value a criterion rests on is kept in English words and codes; paper is French first."""
    if lang == "en":
        return basis
    if basis in _WHOLE:
        return _WHOLE[basis]
    for english, french in _BASIS:
        if english in basis:
            basis = basis.replace(english, french)
            if english.startswith("permanent"):
                break
    return basis
