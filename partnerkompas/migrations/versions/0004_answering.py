"""Drafts, files of evidence, signatures and reviews; notes of answers, and challenges with a term

Revision ID: 0004
Revises: 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
APPEND_ONLY = ("signature", "review")


def column(name: str, kind: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


def make(table: str, *columns: sa.Column[Any], to: dict[str, str], constraints: tuple[Any, ...] = ()) -> None:
    """Create a table with an id; `to` says which column refers to which table and column."""
    op.create_table(
        table,
        column("id", sa.Integer()),
        *columns,
        *(sa.ForeignKeyConstraint([own], [other], name=op.f(f"fk_{table}_{own}")) for own, other in to.items()),
        *constraints,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    text, number = sa.String(), sa.Integer()
    make(
        "evidence_file",
        *(column("partner_id", number), column("stored_as", text), column("called", text)),
        *(column("media_type", text), column("size", number), column("sha256", text)),
        *(column("added_by", number, nullable=True), column("added_at", MOMENT)),
        column("removed_at", MOMENT, nullable=True),
        to={"partner_id": "partner.id", "added_by": "account.id"},
        constraints=(sa.UniqueConstraint("stored_as", name=op.f("uq_evidence_file_stored_as")),),
    )
    make(
        "draft",
        *(column("partner_id", number), column("criterion", text), column("product", text), column("state", text)),
        *(column("value", JSON, nullable=True), column("note", text), column("source_url", text)),
        *(column("evidence", text), column("file_id", number, nullable=True)),
        *(column("valid_until", sa.Date(), nullable=True), column("version", number)),
        *(column("edited_by", number, nullable=True), column("edited_at", MOMENT)),
        to={
            "partner_id": "partner.id",
            "criterion": "criterion.key",
            "file_id": "evidence_file.id",
            "edited_by": "account.id",
        },
        constraints=(sa.UniqueConstraint("partner_id", "criterion", "product", name=op.f("uq_draft_partner_id")),),
    )
    make(
        "signature",
        *(column("partner_id", number), column("number", number), column("release", text)),
        *(column("statement", text), column("answers", number)),
        *(column("signed_by", number, nullable=True), column("signed_at", MOMENT)),
        to={"partner_id": "partner.id", "signed_by": "account.id"},
    )
    make(
        "review",
        *(column("answer_id", number), column("partner_id", number), column("outcome", text), column("reason", text)),
        *(column("reviewed_by", number, nullable=True), column("reviewed_at", MOMENT)),
        to={"answer_id": "answer.id", "partner_id": "partner.id", "reviewed_by": "account.id"},
        constraints=(sa.CheckConstraint("outcome IN ('checked', 'questioned')", name=op.f("ck_review_outcome")),),
    )
    for table, name in (
        *(("evidence_file", "partner_id"), ("signature", "partner_id")),
        *(("review", "answer_id"), ("review", "partner_id")),
    ):
        op.create_index(f"ix_{table}_{name}", table, [name])
    for table in APPEND_ONLY:
        refuse_changes(table)

    add("answer", "note VARCHAR NOT NULL DEFAULT ''")
    refer("answer", "file_id", "evidence_file")
    refer("answer", "provided_by", "account")
    refer("challenge", "opened_by", "account")
    add("challenge", "heard_until DATE")
    add("challenge", "response VARCHAR NOT NULL DEFAULT ''")
    add("challenge", f"responded_at {'TIMESTAMP WITH TIME ZONE' if on_postgres() else 'DATETIME'}")
    refer("challenge", "decided_by", "account")
    add("challenge", "decision VARCHAR NOT NULL DEFAULT ''")
    refer("challenge", "correction_id", "answer")


def on_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def add(table: str, definition: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN {definition}")


def refer(table: str, name: str, other: str) -> None:
    """A column that may refer to a row of another table."""
    add(table, f"{name} INTEGER CONSTRAINT fk_{table}_{name} REFERENCES {other} (id)")


def refuse_changes(table: str) -> None:
    """Let the database itself refuse to change or remove rows of a table that is append-only."""
    for deed in ("UPDATE", "DELETE"):
        name = f"{table}_refuses_{deed.lower()}"
        if on_postgres():
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
