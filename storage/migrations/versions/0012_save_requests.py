"""Archives asked to capture pages whose change was told.

Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')


def upgrade() -> None:
    op.create_table('save_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('archive', sa.String(), nullable=False),
    sa.Column('asked_at', INSTANT, nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('detail', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_save_request_alert_id_alert')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_save_request')),
    sa.UniqueConstraint('alert_id', name=op.f('uq_save_request_alert_id'))
    )


def downgrade() -> None:
    op.drop_table('save_request')
