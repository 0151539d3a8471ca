"""How far a rebuild of derived rows came, so that it goes on where it was killed.

Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')


def upgrade() -> None:
    op.create_table(
        'rebuild_pass',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('scope', sa.String(), nullable=False),
        sa.Column('reading', sa.Integer(), nullable=False),
        sa.Column('comparison', sa.Integer(), nullable=False),
        sa.Column('begun_at', INSTANT, nullable=False),
        sa.Column('ended_at', INSTANT, nullable=True),
        sa.Column('done_policy_id', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rebuild_pass')),
    )


def downgrade() -> None:
    op.drop_table('rebuild_pass')
