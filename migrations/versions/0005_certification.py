"""Certification: applications and acts; awards keep their evidence, can be suspended, and may be a certificate"""

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")


def text(name: str, length: int, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "application",
        text("id", 36, nullable=False),
        text("learner_id", 36, nullable=False),
        text("achievement_id", 36, nullable=False),
        text("achievement_code", 500, nullable=False),
        text("licence_number", 600),
        moment("created_at", nullable=False),
        moment("closed_at"),
        text("tenant_id", 36, nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"]),
        sa.ForeignKeyConstraint(["achievement_id"], ["achievement.id"]),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("licence_number"),
    )
    op.create_index("ix_application_learner_id", "application", ["learner_id"], unique=False)
    op.create_index("ix_application_tenant_id", "application", ["tenant_id"], unique=False)
    op.create_index(
        "one_open_application",
        "application",
        ["tenant_id", "learner_id", "achievement_code"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.add_column(text("application_id", 36))
        batch_op.add_column(text("licence_number", 600))
        batch_op.add_column(moment("suspended_at"))
        batch_op.add_column(sa.Column("evidence", sa.JSON(), nullable=True))
        batch_op.create_index("ix_award_application_id", ["application_id"], unique=False)
    acts()


def acts() -> None:
    op.create_table(
        "certification_act",
        text("id", 36, nullable=False),
        text("application_id", 36, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        text("kind", 20, nullable=False),
        text("person", 500, nullable=False),
        text("reason", 2000),
        text("about", 36),
        text("evaluation_hash", 80),
        sa.Column("evaluation", sa.JSON(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
        text("award_id", 36),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        moment("at", nullable=False),
        text("recorded_by", 500, nullable=False),
        text("tenant_id", 36, nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"]),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"]),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id", "number"),
    )
    op.create_index("ix_certification_act_application_id", "certification_act", ["application_id"], unique=False)
    op.create_index("ix_certification_act_tenant_id", "certification_act", ["tenant_id"], unique=False)
