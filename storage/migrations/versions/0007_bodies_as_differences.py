"""Bodies as differences to the capture before, and which captures a policy keeps.

Frames that are there already stay as they are: they stand alone.

Revises: 0006
"""

import sys

import sqlalchemy as sa
from alembic import op

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: copying the table of bodies, as a batch does, could take an hour.
    op.add_column('body', sa.Column('base_sha256', sa.LargeBinary(length=32), nullable=True))
    op.add_column('body', sa.Column('place', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('policy', sa.Column('keep_bodies', sa.String(), nullable=True))
    op.add_column('policy', sa.Column('last_body_sha256', sa.LargeBinary(length=32), nullable=True))


def downgrade() -> None:
    _make_every_body_stand_alone()
    op.drop_column('policy', 'last_body_sha256')
    op.drop_column('policy', 'keep_bodies')
    op.drop_column('body', 'place')
    op.drop_column('body', 'base_sha256')


def _make_every_body_stand_alone() -> None:
    """The schema before knows no differences; what a body rests on comes earlier in its line."""
    body = sa.table('body', sa.column('sha256', sa.LargeBinary), sa.column('frame', sa.LargeBinary),
                    sa.column('base_sha256', sa.LargeBinary), sa.column('place', sa.Integer))
    bind = op.get_bind()
    frame_of = sa.select(body.c.frame)
    resting = sa.select(body.c.sha256, body.c.base_sha256).where(body.c.base_sha256.is_not(None))
    for sha256, base_sha256 in bind.execute(resting.order_by(body.c.place)).all():
        frame = bind.execute(frame_of.where(body.c.sha256 == sha256)).scalar_one()
        base = bind.execute(frame_of.where(body.c.sha256 == base_sha256)).scalar_one()
        prefix = zstd.ZstdDict(zstd.decompress(base), is_raw=True).as_prefix
        alone = zstd.compress(zstd.decompress(frame, prefix), 9)
        bind.execute(sa.update(body).where(body.c.sha256 == sha256).values(frame=alone, base_sha256=None))
