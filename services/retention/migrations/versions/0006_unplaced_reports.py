"""Reports of an end or a change that fit no single job yet."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(TABLE)
    op.execute("CREATE INDEX unplaced_reports_candidate ON unplaced_reports (candidate_id, employer_id)")
    op.execute("CREATE INDEX unplaced_reports_day ON unplaced_reports (day, report_id)")


# ``fact``: the event as it came. Gone once a job is found, a person sets it aside, or its person is forgotten.
TABLE = """
CREATE TABLE unplaced_reports (
    report_id uuid PRIMARY KEY,
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    candidate_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('end', 'change')),
    why text NOT NULL CHECK (why IN ('none_known', 'several_open')),
    day date NOT NULL,
    reported_by text NOT NULL,
    fact text NOT NULL,
    kept_at timestamptz NOT NULL
)"""
