"""E-mail addresses fold by ASCII alone, whatever the database's locale"""

import sqlalchemy as sa
from alembic import op


revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite's lower is of ASCII alone
        op.drop_index("learner_by_email", "learner")
        op.create_index("learner_by_email", "learner", [sa.text('lower(email COLLATE "C")')], unique=False)
