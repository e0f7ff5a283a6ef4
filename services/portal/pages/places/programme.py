"""The programme's own pages."""

from services.portal.pages.places.parts import Place, RailItem
from shared.tokens import Role

PLACES = {
    "programme": Place("/fr/programme", "/en/programme"),
    "supported": Place("/fr/programme/supported", "/en/programme/supported"),
    "admitted": Place("/fr/programme/admitted", "/en/programme/admitted"),
    "employed": Place("/fr/programme/employed", "/en/programme/employed"),
    "person": Place("/fr/personnes/{candidate_id}", "/en/people/{candidate_id}"),
    "search": Place("/fr/recherche", "/en/search"),
    "sign_in": Place("/connexion", "/sign-in"),
}

RAILS = {
    Role.MANAGER: (RailItem("programme"), RailItem("supported"), RailItem("admitted"), RailItem("employed")),
    Role.RETENTION_ADVISOR: (RailItem("programme"), RailItem("employed"), RailItem("supported")),
}
"""``places/companies.py`` may give a role another rail: the later module wins."""
