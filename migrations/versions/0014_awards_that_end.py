"""Awards are found by their last day, so that their learners can be told in time"""

from alembic import op


revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("award_that_ends", "award", ["valid_until"], unique=False)
