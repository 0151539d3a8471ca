"""Where each policy's own chain ends, so that one policy's record can be proven alone.

Revises: 0002
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# The links of a table's rows in their order, with the policy each belongs to.
LINKS = {
    'fetch': 'SELECT policy_id, link FROM fetch ORDER BY id',
    'alert': 'SELECT policy_id, link FROM alert ORDER BY id',
    'delivery': 'SELECT alert.policy_id, delivery.link FROM delivery '
    'JOIN alert ON alert.id = delivery.alert_id ORDER BY delivery.id',
    'attempt': 'SELECT alert.policy_id, attempt.link FROM attempt '
    'JOIN delivery ON delivery.id = attempt.delivery_id '
    'JOIN alert ON alert.id = delivery.alert_id ORDER BY attempt.id',
}


def upgrade() -> None:
    heads = op.create_table('chain_head',
    sa.Column('facts', sa.String(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_chain_head_policy_id_policy')),
    sa.PrimaryKeyConstraint('facts', 'policy_id', name=op.f('pk_chain_head'))
    )
    for facts, links in LINKS.items():
        ends: dict[int, tuple[int, bytes]] = {}
        rows = sa.text(links).execution_options(yield_per=1000)
        for policy_id, link in op.get_bind().execute(rows):
            count, end = ends.get(policy_id, (0, bytes(32)))
            ends[policy_id] = (count + 1, hashlib.sha256(link + end).digest())
        op.bulk_insert(heads, [
            {'facts': facts, 'policy_id': policy_id, 'count': count, 'link': end}
            for policy_id, (count, end) in ends.items()
        ])


def downgrade() -> None:
    op.drop_table('chain_head')
