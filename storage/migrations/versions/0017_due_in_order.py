"""An index of what is due in the order it is claimed in, and one of the hosts that rest.

A slice of what is due is read off the index, however many policies there are,
with the host that its fairness asks for.

Revises: 0016
"""

from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_policy_due', 'policy', ['next_check_at', 'host'])
    op.drop_index('ix_policy_next_check_at', table_name='policy')
    op.create_index('ix_host_asked_until', 'host', ['asked_until'])


def downgrade() -> None:
    op.drop_index('ix_host_asked_until', table_name='host')
    op.create_index('ix_policy_next_check_at', 'policy', ['next_check_at'])
    op.drop_index('ix_policy_due', table_name='policy')
