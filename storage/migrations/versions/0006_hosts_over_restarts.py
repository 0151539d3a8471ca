"""When a host is next free, and its robots.txt, outlive the process; a policy names its host.

Revises: 0005
"""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')


def upgrade() -> None:
    op.create_table('host',
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('next_allowed_at', INSTANT, nullable=False),
    sa.Column('asked_until', INSTANT, nullable=True),
    sa.Column('refusals', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_host'))
    )
    op.create_index(op.f('ix_host_next_allowed_at'), 'host', ['next_allowed_at'], unique=False)
    op.create_table('robots_copy',
    sa.Column('origin', sa.String(), nullable=False),
    sa.Column('read_at', INSTANT, nullable=False),
    sa.Column('until', INSTANT, nullable=False),
    sa.Column('frame', sa.LargeBinary(), nullable=True),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('origin', name=op.f('pk_robots_copy'))
    )
    op.create_index(op.f('ix_robots_copy_read_at'), 'robots_copy', ['read_at'], unique=False)
    with op.batch_alter_table('policy') as batch:
        batch.add_column(sa.Column('host', sa.String(), nullable=False, server_default=''))
        batch.create_index(op.f('ix_policy_host'), ['host'], unique=False)
    _name_hosts()


def _name_hosts() -> None:
    connection = op.get_bind()
    policy = sa.table('policy', sa.column('id', sa.Integer), sa.column('url', sa.String), sa.column('host', sa.String))
    for row in connection.execute(sa.select(policy.c.id, policy.c.url)).all():
        connection.execute(policy.update().where(policy.c.id == row.id).values(host=urlsplit(row.url).netloc))


def downgrade() -> None:
    with op.batch_alter_table('policy') as batch:
        batch.drop_index(op.f('ix_policy_host'))
        batch.drop_column('host')
    op.drop_index(op.f('ix_robots_copy_read_at'), table_name='robots_copy')
    op.drop_table('robots_copy')
    op.drop_index(op.f('ix_host_next_allowed_at'), table_name='host')
    op.drop_table('host')
