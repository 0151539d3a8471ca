"""How a policy is to be fetched, where it went, and texts from connections nobody can vouch for.

Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')
# What the policies that are there get. The program always says it, so it is no default of the table.
FILLED = {'robots': 'obey', 'tls': 'verify', 'language': ''}


def upgrade() -> None:
    with op.batch_alter_table('policy') as table:
        for name, value in FILLED.items():
            table.add_column(sa.Column(name, sa.String(), nullable=False, server_default=value))
        table.add_column(sa.Column('validated_url', sa.String(), nullable=True))
        table.add_column(sa.Column('read_at', INSTANT, nullable=True))
        table.add_column(sa.Column('moved_to', sa.String(), nullable=True))
        table.add_column(sa.Column('moved_at', INSTANT, nullable=True))
        table.add_column(sa.Column('gone_since', INSTANT, nullable=True))
    with op.batch_alter_table('policy') as table:
        for name in FILLED:
            table.alter_column(name, server_default=None)
    with op.batch_alter_table('snapshot') as table:
        table.add_column(sa.Column('unverified', sa.String(), nullable=False, server_default=''))
    with op.batch_alter_table('snapshot') as table:
        table.alter_column('unverified', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('snapshot') as table:
        table.drop_column('unverified')
    with op.batch_alter_table('policy') as table:
        for name in ('gone_since', 'moved_at', 'moved_to', 'read_at', 'validated_url', *FILLED):
            table.drop_column(name)
