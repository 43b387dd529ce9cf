"""Everything of the first version, as the script beside this file."""

from pathlib import Path

from alembic import op

from kaoping.exam.migrating import GRANT_REVISION, run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables, policies, functions, triggers, grants and the job queue."""
    run(op.get_bind(), Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    op.execute(GRANT_REVISION)
