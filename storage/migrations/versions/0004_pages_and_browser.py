"""Policies on several pages, and pages that a browser must draw.

Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')
# What the policies that are there get. The program always says it, so it is no default of the table.
FILLED = {'also': '[]', 'browser': 'auto', 'also_validators': '{}'}


def upgrade() -> None:
    with op.batch_alter_table('policy') as table:
        table.add_column(sa.Column('also', sa.JSON(), nullable=False, server_default=FILLED['also']))
        table.add_column(sa.Column('browser', sa.String(), nullable=False, server_default=FILLED['browser']))
        table.add_column(sa.Column('also_validators', sa.JSON(), nullable=False, server_default=FILLED['also_validators']))
        table.add_column(sa.Column('browser_needed_at', INSTANT, nullable=True))
    with op.batch_alter_table('policy') as table:
        for name in FILLED:
            table.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('policy') as table:
        for name in ('browser_needed_at', *FILLED):
            table.drop_column(name)
