"""Who works for the invented programme: entered by its manager, so that pages show people instead of ids."""

from uuid import NAMESPACE_URL, uuid5

from deploy.local.demo.actors import Manager, staff_id
from deploy.local.demo.wire import Wire

_TRIAL = (  # whom the portal's trial sign-in lets one be
    ("advisor", "Maude", "Lacharité-Roy", "advisor"),
    ("retention_advisor", "Ousmane", "Diarrakou", "retention_advisor"),
    ("liaison", "Gabrielle", "Vertefeuille", "liaison"),
    ("manager", "Solange", "Berthiaumont", "manager"),
    ("operator", "Théo", "Quintrec", "operator"),
)
_OTHERS = (  # the advisors among whom programme.py spreads its people
    ("Inès", "Boukhalidi"), ("Pierre-Luc", "Desrochelles"), ("Andreea", "Munteanov"), ("Hoang", "Lythuy"),
    ("Camille", "Saint-Arnoux"),
)  # fmt: skip


def seed_staff(wire: Wire) -> None:
    """Once; told again it changes nothing. Each command carries its own Idempotency-Key, so no tape is needed."""
    manager = Manager(wire)
    people = [(staff_id(who), given, family, role) for who, given, family, role in _TRIAL]
    people += [
        (str(uuid5(NAMESPACE_URL, f"advisor {n}")), given, family, "advisor")
        for n, (given, family) in enumerate(_OTHERS, start=1)
    ]
    for id_, given, family, role in people:
        manager.enter_colleague(id_, given, family, role)
