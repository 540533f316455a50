"""Pictures that providers bring for their achievements"""

import sqlalchemy as sa
from alembic import op


revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "achievement_picture",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("framework_code", sa.String(length=500), nullable=False),
        sa.Column("achievement_code", sa.String(length=500), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "framework_code", "achievement_code"),
    )
    with op.batch_alter_table("achievement_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_achievement_picture_tenant_id"), ["tenant_id"], unique=False)
