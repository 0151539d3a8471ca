"""What a language model wrote of an alert: kept, so that a mail sent again is the same mail.

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')


def upgrade() -> None:
    op.create_table('alert_summary',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_summary_alert_id_alert')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_summary')),
    sa.UniqueConstraint('alert_id', name=op.f('uq_alert_summary_alert_id'))
    )


def downgrade() -> None:
    op.drop_table('alert_summary')
