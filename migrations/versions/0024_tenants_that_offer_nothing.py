"""A tenant tells whether its awards are offered to the learners by mail"""

import sqlalchemy as sa
from alembic import op


revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tenant", sa.Column("offers", sa.Boolean(), nullable=False, server_default=sa.true()))
