"""Who was erased a moment ago is looked at again"""

from alembic import op


revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_learner_erased_at"), "learner", ["erased_at"], unique=False)
