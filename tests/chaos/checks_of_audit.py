"""C12: the audit chain is whole, and covers everything."""

import time
from collections.abc import Callable, Iterator

import psycopg

from shared.audit import SEAL_EVERY_S, TRAILS, unsealed, verify
from tests.chaos.evidence import Evidence

SEALED_WITHIN_S = 6 * SEAL_EVERY_S


def c12_audit_chain(e: Evidence) -> Iterator[str]:
    """Once nothing is written any more, all is sealed; every block computes to its hash."""
    running = {process.service for process in e.stack.processes}
    for service in (service for service in TRAILS if service in running):
        until = time.monotonic() + SEALED_WITHIN_S
        with psycopg.connect(e.stack.database(service), autocommit=True) as conn:
            while any(unsealed(conn, service).values()) and time.monotonic() < until:
                time.sleep(0.5)
            for trail, left in unsealed(conn, service).items():
                if left:
                    yield f"C12 {service}: {left} positions of {trail} are not sealed"
            for finding in verify(conn, service):
                yield f"C12 {service} {finding.trail} block {finding.block}: {finding.en}"


AUDIT: tuple[Callable[[Evidence], Iterator[str]], ...] = (c12_audit_chain,)
