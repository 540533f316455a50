"""What is kept for some minutes only"""

import sqlalchemy as sa
from alembic import op


revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brief_text",
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name_hash"),
    )
    with op.batch_alter_table("brief_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brief_text_expires_at"), ["expires_at"], unique=False)
