"""A policy can be checked at written times and within working hours.

Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('policy') as batch:
        batch.add_column(sa.Column('at_times', sa.String(), nullable=False, server_default=''))
        batch.add_column(sa.Column('window', sa.String(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('policy') as batch:
        batch.drop_column('window')
        batch.drop_column('at_times')
