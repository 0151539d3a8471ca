"""Lines of a policy's texts that were learnt to be no part of it.

Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('policy') as table:
        table.add_column(sa.Column('furniture', sa.JSON(), nullable=False, server_default='[]'))
        table.add_column(sa.Column('furniture_revision', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('policy') as table:
        table.alter_column('furniture', server_default=None)
        table.alter_column('furniture_revision', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('policy') as table:
        table.drop_column('furniture_revision')
        table.drop_column('furniture')
