"""Indexes for what a check asks while other writers wait.

The documents of a service, the subscriptions of a policy and the changes that await
their confirmation were found by going through all policies, all subscriptions, and all
changes of a policy.

Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_index('ix_policy_service', 'policy', ['service'])
    op.create_index('ix_subscription_policy_id', 'subscription', ['policy_id'])
    op.create_index(
        'ix_change_pending', 'change', ['policy_id'],
        sqlite_where=PENDING, postgresql_where=PENDING,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index('ix_change_pending', table_name='change')
    op.drop_index('ix_subscription_policy_id', table_name='subscription')
    op.drop_index('ix_policy_service', table_name='policy')
