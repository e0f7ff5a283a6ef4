"""Pages of partners, of personal links, of advisors, and the person's own."""

from services.portal.pages.places.parts import Place, RailItem
from shared.tokens import Role

PLACES = {
    # partner
    "refer": Place("/fr/recommander", "/en/refer"),
    "my_referrals": Place("/fr/mes-recommandations", "/en/my-referrals"),
    "my_referral": Place("/fr/mes-recommandations/{referral_id}", "/en/my-referrals/{referral_id}"),
    "my_links": Place("/fr/mes-liens", "/en/my-links"),
    # a personal link
    "link": Place("/fr/r/{code}", "/en/r/{code}"),
    "link_thanks": Place("/fr/r/{code}/merci", "/en/r/{code}/thank-you"),
    # advisor
    "referrals": Place("/fr/recommandations", "/en/referrals"),
    "decision": Place("/fr/recommandations/{referral_id}", "/en/referrals/{referral_id}"),
    "my_people": Place("/fr/mes-personnes", "/en/my-people"),
    "introductions": Place("/fr/presentations", "/en/introductions"),
    "accompany": Place("/fr/accompagnement/{candidate_id}", "/en/accompaniment/{candidate_id}"),
    "workshops": Place("/fr/ateliers", "/en/workshops"),
    # the person herself
    "my_path": Place("/fr/mon-chemin", "/en/my-path"),
    "my_choice": Place("/fr/mon-choix", "/en/my-choice"),
    "my_file": Place("/fr/mon-dossier", "/en/my-file"),
}

RAILS = {
    Role.PARTNER: (RailItem("my_referrals"), RailItem("refer"), RailItem("my_links"), RailItem("workshops")),
    Role.ADVISOR: (
        RailItem("referrals", count="referrals"),
        RailItem("my_people"),
        RailItem("introductions"),
        RailItem("workshops"),
        RailItem("my_links"),
        RailItem("programme"),
    ),
    Role.CANDIDATE: (RailItem("my_path"), RailItem("my_choice"), RailItem("my_file")),
}
