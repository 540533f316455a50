"""A batch tells whether its awards are offered to the learners by mail"""

import sqlalchemy as sa
from alembic import op


revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("offer", sa.Boolean(), nullable=False, server_default=sa.true()))
