"""Pages of employers, liaisons, ministries, retention advisors and managers."""

from services.portal.pages.places.parts import Place, RailItem
from shared.tokens import Role

PLACES: dict[str, Place] = {}

RAILS: dict[Role, tuple[RailItem, ...]] = {}
