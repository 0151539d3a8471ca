"""The first schema: facts, what is made of them, and what people asked for.

Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')


def upgrade() -> None:
    op.create_table('body',
    sa.Column('sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('frame', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_body'))
    )
    op.create_table('policy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('service', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('url_key', sa.String(), nullable=False),
    sa.Column('every_s', sa.Integer(), nullable=True),
    sa.Column('select_css', sa.String(), nullable=False),
    sa.Column('remove_css', sa.String(), nullable=False),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('added_at', INSTANT, nullable=False),
    sa.Column('retired_at', INSTANT, nullable=True),
    sa.Column('next_check_at', INSTANT, nullable=True),
    sa.Column('claimed_by', sa.String(), nullable=True),
    sa.Column('claimed_until', INSTANT, nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('current_snapshot_id', sa.Integer(), nullable=True),
    sa.Column('stable_snapshot_id', sa.Integer(), nullable=True),
    sa.Column('etag', sa.String(), nullable=True),
    sa.Column('last_modified', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy')),
    sa.UniqueConstraint('name', name=op.f('uq_policy_name')),
    sa.UniqueConstraint('url_key', name=op.f('uq_policy_url_key'))
    )
    op.create_index('ix_policy_next_check_at', 'policy', ['next_check_at'])

    op.create_table('snapshot_text',
    sa.Column('sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('frame', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_snapshot_text'))
    )
    op.create_table('alert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('from_snapshot_id', sa.Integer(), nullable=False),
    sa.Column('to_snapshot_id', sa.Integer(), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('severity', sa.String(), nullable=False),
    sa.Column('direction', sa.String(), nullable=False),
    sa.Column('headline', sa.String(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_alert_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('from_snapshot_id', 'to_snapshot_id', name=op.f('uq_alert_from_snapshot_id_to_snapshot_id'))
    )
    op.create_index('ix_alert_policy_id', 'alert', ['policy_id'])

    op.create_table('fetch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('slot_at', INSTANT, nullable=True),
    sa.Column('observed_at', INSTANT, nullable=False),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('took_ms', sa.Integer(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('body_sha256', sa.LargeBinary(length=32), nullable=True),
    sa.Column('provenance', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_fetch_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fetch'))
    )
    op.create_index('ix_fetch_policy_observed', 'fetch', ['policy_id', 'observed_at'])

    op.create_table('subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=True),
    sa.Column('service', sa.String(), nullable=False),
    sa.Column('tag', sa.String(), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('min_severity', sa.String(), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_subscription_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription'))
    )
    op.create_index('ix_subscription_recipient', 'subscription', ['recipient'])

    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('message_id', sa.String(), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_attempt_at', INSTANT, nullable=False),
    sa.Column('claimed_until', INSTANT, nullable=True),
    sa.Column('sent_at', INSTANT, nullable=True),
    sa.Column('last_error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_delivery_alert_id_alert')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('alert_id', 'recipient', 'channel', name=op.f('uq_delivery_alert_id_recipient_channel')),
    sa.UniqueConstraint('message_id', name=op.f('uq_delivery_message_id'))
    )
    op.create_index('ix_delivery_state_next', 'delivery', ['state', 'next_attempt_at'])

    op.create_table('snapshot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('fetch_id', sa.Integer(), nullable=False),
    sa.Column('text_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('first_seen', INSTANT, nullable=False),
    sa.Column('last_seen', INSTANT, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('lang', sa.String(), nullable=False),
    sa.Column('words', sa.Integer(), nullable=False),
    sa.Column('claims', sa.JSON(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['fetch_id'], ['fetch.id'], name=op.f('fk_snapshot_fetch_id_fetch')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_snapshot_policy_id_policy')),
    sa.ForeignKeyConstraint(['text_sha256'], ['snapshot_text.sha256'], name=op.f('fk_snapshot_text_sha256_snapshot_text')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_snapshot'))
    )
    op.create_index('ix_snapshot_policy_first_seen', 'snapshot', ['policy_id', 'first_seen'])

    op.create_table('attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('reply', sa.String(), nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_attempt_delivery_id_delivery')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt'))
    )
    op.create_index('ix_attempt_delivery_id', 'attempt', ['delivery_id'])

    op.create_table('change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('from_snapshot_id', sa.Integer(), nullable=False),
    sa.Column('to_snapshot_id', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('material', sa.Boolean(), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('direction', sa.String(), nullable=False),
    sa.Column('severity', sa.String(), nullable=False),
    sa.Column('headline', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('comparison', sa.LargeBinary(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['from_snapshot_id'], ['snapshot.id'], name=op.f('fk_change_from_snapshot_id_snapshot')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_change_policy_id_policy')),
    sa.ForeignKeyConstraint(['to_snapshot_id'], ['snapshot.id'], name=op.f('fk_change_to_snapshot_id_snapshot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change')),
    sa.UniqueConstraint('from_snapshot_id', 'to_snapshot_id', name=op.f('uq_change_from_snapshot_id_to_snapshot_id'))
    )
    op.create_index('ix_change_material', 'change', ['material'])
    op.create_index('ix_change_policy_id', 'change', ['policy_id'])

    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('direction', sa.String(), nullable=False),
    sa.Column('severity', sa.String(), nullable=False),
    sa.Column('heading', sa.String(), nullable=False),
    sa.Column('before', sa.String(), nullable=False),
    sa.Column('after', sa.String(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['change.id'], name=op.f('fk_finding_change_id_change')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    op.create_index('ix_finding_change_id', 'finding', ['change_id'])


def downgrade() -> None:
    op.drop_table('finding')
    op.drop_table('change')
    op.drop_table('attempt')
    op.drop_table('snapshot')
    op.drop_table('delivery')
    op.drop_table('subscription')
    op.drop_table('fetch')
    op.drop_table('alert')
    op.drop_table('snapshot_text')
    op.drop_table('policy')
    op.drop_table('body')
