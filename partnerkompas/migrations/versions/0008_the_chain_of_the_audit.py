"""The chain of the audit: a link for every row, and the head that who commits holds

The links of what is there are made in the order of numbers. How a hash is made may never change, so the one way of the
program is used here too; a test holds it by a hash that is written down.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from partnerkompas.infra.audit import CHAINED, AuditRow, linked

revision = "0008"
down_revision = "0007"

AT_A_TIME = 1000


def upgrade() -> None:
    link = op.create_table(
        "audit_link",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_link_audit_id")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_audit_link_audit_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_link")),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    # the head is set once and its trigger made afterwards: PostgreSQL keeps every former state of the row that a
    # transaction changed, and looks through all of them for each next one
    number, newest = chain_what_is_there(link)
    op.bulk_insert(head, [{"id": 1, "number": number, "hash": newest}])
    move_the_head()
    refuse("audit_link", "UPDATE")
    refuse("audit_link", "DELETE")
    refuse("audit_head", "DELETE")


def on_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def move_the_head() -> None:
    """Whoever adds links moves the head with them, to the last one: on PostgreSQL once for all of a statement."""
    if on_postgres():
        op.execute(
            "CREATE FUNCTION audit_link_is_head() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "UPDATE audit_head SET number = last.number, hash = last.hash "
            "FROM (SELECT number, hash FROM added ORDER BY number DESC LIMIT 1) AS last; RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_link_is_head AFTER INSERT ON audit_link REFERENCING NEW TABLE AS added "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_link_is_head()"
        )
    else:
        moved = "UPDATE audit_head SET number = NEW.number, hash = NEW.hash"
        op.execute(f"CREATE TRIGGER audit_link_is_head AFTER INSERT ON audit_link BEGIN {moved}; END")


def refuse(table: str, deed: str) -> None:
    """Let the database itself refuse what nobody may do."""
    name, says = f"{table}_refuses_{deed.lower()}", f"{table} is append-only"
    if on_postgres():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{says}'; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} BEGIN SELECT RAISE(ABORT, '{says}'); END")


def chain_what_is_there(link: sa.Table) -> tuple[int, str]:
    """Make the links; returns the number and hash of the last one."""
    connection = op.get_bind()
    audit = AuditRow.__table__
    columns = [audit.c[name] for name in CHAINED]
    last, newest, number = 0, "", 0
    while True:
        some = sa.select(*columns).where(audit.c.id > last).order_by(audit.c.id).limit(AT_A_TIME)
        rows = connection.execute(some).mappings().all()
        if not rows:
            return number, newest
        hashes = list(linked(newest, rows))
        connection.execute(
            sa.insert(link),
            [
                {"number": number + place, "audit_id": row["id"], "hash": each}
                for place, (row, each) in enumerate(zip(rows, hashes, strict=True), start=1)
            ],
        )
        last, newest, number = rows[-1]["id"], hashes[-1], number + len(rows)
