"""Badges that learners send to other hosts"""

import sqlalchemy as sa
from alembic import op


revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "push",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("host", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("locked", sa.LargeBinary(), nullable=True),
        sa.Column("state_hash", sa.String(length=64), nullable=True),
        sa.Column("why", sa.String(length=300), nullable=True),
        sa.Column("told", sa.String(length=300), nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("state_hash"),
    )
    op.create_table(
        "push_item",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("push_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("award_id", sa.String(length=36), nullable=True),
        sa.Column("foreign_badge_id", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("told", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["push_id"], ["push.id"]),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"]),
        sa.ForeignKeyConstraint(["foreign_badge_id"], ["foreign_badge.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for table, column in (
        ("push", "email"),
        ("push", "made_at"),
        ("push_item", "push_id"),
        ("push_item", "award_id"),
        ("push_item", "foreign_badge_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
