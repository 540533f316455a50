"""Records that a certification scheme keeps when their learner is erased"""

import sqlalchemy as sa
from alembic import op


revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("retained_until", sa.Date(), nullable=True))
    op.create_index("ix_application_retained_until", "application", ["retained_until"], unique=False)
