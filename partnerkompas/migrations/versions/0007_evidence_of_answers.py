"""Answers by the file that proves them: who looks after files must not read all answers

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with_file = sa.text("file_id IS NOT NULL")
    op.create_index(
        op.f("ix_answer_file_id"), "answer", ["file_id"], sqlite_where=with_file, postgresql_where=with_file
    )
