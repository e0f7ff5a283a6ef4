"""The feed under concurrency, on a database that commits: a cursor that read a position has missed none below it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from uuid import UUID

from services.intake.handlers.referrals import answer_referral
from services.intake.store import updates
from shared.db import Database
from tests.intake.people import partner, refer_by


def test_a_later_line_waits_for_the_commit_of_an_earlier_one(database_url: str) -> None:
    db = Database(database_url, "intake")
    db.open()
    try:
        with db.transaction() as tx:
            sender = partner(tx)
            slow, fast = (refer_by(tx, sender).referral_id for _ in range(2))
        written, may_commit = Signal(), Signal()

        def answer_slowly() -> None:
            with db.transaction() as tx:
                answer_referral(tx, slow, "redirected", "mifi")
                written.set()
                assert may_commit.wait(20)

        def answer(referral_id: UUID) -> None:
            with db.transaction() as tx:
                answer_referral(tx, referral_id, "redirected", "mifi")

        def read() -> list[UUID]:
            with db.transaction() as tx:
                return [u.referral_id for u in updates.list_updates(tx, sender, 0, 10)]

        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(answer_slowly)
            assert written.wait(20)
            second = pool.submit(answer, fast)
            seen_meanwhile = read()
            may_commit.set()
            first.result(20)
            second.result(20)
        assert (seen_meanwhile, read()) == ([], [slow, fast])
    finally:
        db.close()
