"""How and when people want to hear, several alerts in one mail, and notices to operators.

Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')

# What those who are subscribed already have asked for, in effect.
SUBSCRIPTION = (
    ('direction', sa.String(), ''),
    ('cadence', sa.String(), 'at_once'),
    ('at_time', sa.String(), ''),
    ('weekday', sa.Integer(), '0'),
    ('timezone', sa.String(), 'UTC'),
    ('language', sa.String(), 'en'),
    ('quiet', sa.String(), ''),
    ('say_unchanged', sa.Boolean(), sa.false()),
    ('operator', sa.Boolean(), sa.false()),
    ('origin', sa.String(), 'command'),
    ('ended_by', sa.String(), ''),
    ('awaits_consent', sa.Boolean(), sa.false()),
)
DELIVERY = (('cadence', 'at_once'), ('timezone', 'UTC'), ('language', 'en'))


def upgrade() -> None:
    op.create_table('digest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('cadence', sa.String(), nullable=False),
    sa.Column('slot_at', INSTANT, nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest')),
    sa.UniqueConstraint('recipient', 'channel', 'cadence', 'slot_at', name=op.f('uq_digest_recipient_channel_cadence_slot_at'))
    )
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    op.create_index('ix_notice_kind_subject', 'notice', ['kind', 'subject'])
    op.create_table('silence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=True),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('ends_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_silence_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_silence'))
    )
    op.create_table('feedback',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('case', sa.JSON(), nullable=False),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_feedback_alert_id_alert')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_feedback_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback'))
    )
    op.create_index('ix_feedback_alert_id', 'feedback', ['alert_id'])
    op.create_index('ix_feedback_policy_id', 'feedback', ['policy_id'])
    op.create_table('installation',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_installation'))
    )
    with op.batch_alter_table('subscription') as batch:
        for name, kind, default in SUBSCRIPTION:
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        batch.add_column(sa.Column('paused_until', INSTANT, nullable=True))
    with op.batch_alter_table('subscription') as batch:
        for name, kind, _ in SUBSCRIPTION:
            batch.alter_column(name, existing_type=kind, server_default=None)
    with op.batch_alter_table('delivery') as batch:
        batch.alter_column('alert_id', existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column('digest_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('notice_id', sa.Integer(), nullable=True))
        for name, default in DELIVERY:
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=default))
        batch.add_column(sa.Column('gathered_in', sa.Integer(), nullable=True))
        batch.create_foreign_key('fk_delivery_digest_id_digest', 'digest', ['digest_id'], ['id'])
        batch.create_foreign_key('fk_delivery_notice_id_notice', 'notice', ['notice_id'], ['id'])
        batch.create_foreign_key('fk_delivery_gathered_in_delivery', 'delivery', ['gathered_in'], ['id'])
        batch.create_index('ix_delivery_gathered_in', ['gathered_in'])
    with op.batch_alter_table('delivery') as batch:
        for name, _ in DELIVERY:
            batch.alter_column(name, existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('delivery') as batch:
        batch.drop_index('ix_delivery_gathered_in')
        for name in ('digest', 'notice'):
            batch.drop_constraint(f'fk_delivery_{name}_id_{name}', type_='foreignkey')
        batch.drop_constraint('fk_delivery_gathered_in_delivery', type_='foreignkey')
        for name in ('digest_id', 'notice_id', 'gathered_in', *(name for name, _ in DELIVERY)):
            batch.drop_column(name)
        batch.alter_column('alert_id', existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table('subscription') as batch:
        for name in ('paused_until', *(name for name, _, _ in SUBSCRIPTION)):
            batch.drop_column(name)
    for table in ('installation', 'feedback', 'silence', 'notice', 'digest'):
        op.drop_table(table)
