"""Where the work with web archives stands: aliases, cursors, what each index lists, and the pace.

Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')


def upgrade() -> None:
    op.create_table('alias',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('url_key', sa.String(), nullable=False),
    sa.Column('since', INSTANT, nullable=True),
    sa.Column('until', INSTANT, nullable=True),
    sa.Column('added_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_alias_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alias')),
    sa.UniqueConstraint('policy_id', 'url_key', name=op.f('uq_alias_policy_id_url_key'))
    )
    op.create_table('pace',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('next_at', INSTANT, nullable=False),
    sa.Column('refusals', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_pace'))
    )
    op.create_table('backfill',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('archive', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('alone', sa.Boolean(), nullable=False),
    sa.Column('since', INSTANT, nullable=True),
    sa.Column('until', INSTANT, nullable=False),
    sa.Column('every_s', sa.Integer(), nullable=False),
    sa.Column('finest_s', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('resume_key', sa.String(), nullable=False),
    sa.Column('listed', sa.Integer(), nullable=False),
    sa.Column('unreadable', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('begun_at', INSTANT, nullable=False),
    sa.Column('due_at', INSTANT, nullable=False),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.Column('claimed_by', sa.String(), nullable=True),
    sa.Column('claimed_until', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_backfill_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backfill'))
    )
    op.create_index('ix_backfill_due_at', 'backfill', ['due_at'])
    op.create_index('ix_backfill_policy_id', 'backfill', ['policy_id'])
    op.create_table('archived',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('archive', sa.String(), nullable=False),
    sa.Column('asked', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('timestamp', sa.String(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('repaired', sa.Boolean(), nullable=False),
    sa.Column('mime', sa.String(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('leads_to', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=True),
    sa.Column('fetch_id', sa.Integer(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['fetch_id'], ['fetch.id'], name=op.f('fk_archived_fetch_id_fetch')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_archived_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archived')),
    sa.UniqueConstraint('policy_id', 'archive', 'url', 'timestamp', name=op.f('uq_archived_policy_id_archive_url_timestamp'))
    )
    op.create_index('ix_archived_policy_at', 'archived', ['policy_id', 'at'])


def downgrade() -> None:
    op.drop_table('archived')
    op.drop_table('backfill')
    op.drop_table('pace')
    op.drop_table('alias')
