"""What was dropped by the rules of retention: a fact of its own, so that the record stays whole.

Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')


def upgrade() -> None:
    op.create_table('dropped',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('body_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_dropped_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dropped'))
    )
    op.create_index('ix_dropped_body_sha256', 'dropped', ['body_sha256'])


def downgrade() -> None:
    op.execute("DELETE FROM chain_head WHERE facts = 'dropped'")
    op.drop_table('dropped')
