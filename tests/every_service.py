"""What every service's API has."""

from shared.http import Role

# what waits or was set aside: shared/waiting_api.py
WAITING_ROUTES = {
    ("GET", "/v1/waiting"): frozenset({Role.OPERATOR, Role.MANAGER}),
    ("GET", "/v1/parked"): frozenset({Role.OPERATOR, Role.MANAGER}),
    ("GET", "/v1/parked/{key}"): frozenset({Role.OPERATOR, Role.MANAGER}),
    ("POST", "/v1/parked/{key}/resume"): frozenset({Role.OPERATOR, Role.MANAGER}),
    ("POST", "/v1/parked/{key}/discard"): frozenset({Role.OPERATOR}),
}
