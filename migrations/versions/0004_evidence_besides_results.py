"""Evidence besides results; awards to look at again; awards made many at once"""

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CURRENT = sa.text("replaced_at IS NULL")
OPEN = sa.text("state = 'open'")


def moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, length: int, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def day(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def table(name: str, *members, indexes: tuple[str, ...] = ()) -> None:
    op.create_table(
        name,
        text("id", 36),
        *members,
        text("tenant_id", 36),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in (*indexes, "tenant_id"):
        op.create_index(f"ix_{name}_{column}", name, [column], unique=False)


def item(name: str, *members) -> None:
    """A kind of evidence, with what every kind has."""
    table(
        name,
        *members,
        text("item_id", 36),
        text("record_key", 64),
        text("record_id", 200, nullable=True),
        text("learner_id", 36),
        text("recorded_by", 500),
        moment("created_at", nullable=False),
        moment("replaced_at"),
        moment("withdrawn_at"),
        text("withdrawal_reason", 1000, nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"]),
        indexes=("item_id", "learner_id"),
    )
    op.create_index(
        f"one_current_{name}",
        name,
        ["tenant_id", "record_key"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )


def upgrade() -> None:
    item(
        "experience",
        day("since", nullable=False),
        day("until"),
        text("role", 300, nullable=True),
        text("organisation", 300, nullable=True),
        text("verified_by", 500, nullable=True),
        day("verified_on"),
    )
    item("attestation", text("type", 500), text("signed_by", 500), day("signed_on", nullable=False))
    item(
        "rpl_claim",
        text("competency", 500),
        text("level", 500),
        text("evidence", 2000, nullable=True),
        day("evidenced_on"),
    )
    table(
        "rpl_decision",
        text("claim_id", 36),
        text("assessor", 500),
        text("decision", 20),
        text("reason", 1000, nullable=True),
        day("decided_on", nullable=False),
        text("recorded_by", 500),
        moment("created_at", nullable=False),
        sa.UniqueConstraint("claim_id", "assessor"),
    )
    item(
        "recognition",
        text("basis", 20),
        text("state", 20),
        text("issuer", 4000),
        text("achievement", 4000),
        day("issued_on", nullable=False),
        day("expires_on"),
        text("status", 20),
        sa.Column("by_rpl", sa.Boolean(), nullable=False),
        text("holder", 40, nullable=True),
        text("settled_by", 500, nullable=True),
        day("settled_on"),
        text("settlement", 1000, nullable=True),
        moment("checked_at"),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
    )
    awards()
    with op.batch_alter_table("learner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("to_recheck", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index("ix_learner_to_recheck", ["to_recheck"], unique=False)
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signed_here", sa.Boolean(), server_default=sa.false(), nullable=False))


def awards() -> None:
    table(
        "award_review",
        text("award_id", 36),
        text("reason", 60),
        text("message", 1000),
        text("tree_digest", 64),
        text("state", 20),
        moment("created_at", nullable=False),
        moment("closed_at"),
        text("closed_by", 500, nullable=True),
        text("note", 1000, nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"]),
        indexes=("award_id",),
    )
    op.create_index(
        "one_open_award_review",
        "award_review",
        ["tenant_id", "award_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    table(
        "batch",
        text("achievement_code", 500),
        text("form", 40),
        text("requested_by", 500),
        moment("created_at", nullable=False),
        moment("leased_until"),
        moment("finished_at"),
        indexes=("finished_at",),
    )
    table(
        "batch_row",
        text("batch_id", 36),
        sa.Column("number", sa.Integer(), nullable=False),
        text("learner", 500),
        text("outcome", 20, nullable=True),
        text("award_id", 36, nullable=True),
        text("message", 2000, nullable=True),
        text("remedy", 1000, nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.UniqueConstraint("batch_id", "number"),
        indexes=("batch_id",),
    )
