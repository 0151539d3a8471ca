"""What each capture says is kept by itself, so that the timeline can be made of all of them anew.

A text that a live fetch brought is now known by that fetch: live texts came in the order
of their fetches. Captures of archives are marked as to be read again.

Revises: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

# As storage.instants keeps them, spelled out: a migration does not change with the program.
INSTANT = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), 'postgresql')

policy = sa.table('policy', sa.column('id'), sa.column('current_snapshot_id'))
fetch = sa.table(
    'fetch', sa.column('id'), sa.column('policy_id'), sa.column('source'),
    sa.column('outcome'), sa.column('observed_at', INSTANT),
)  # fmt: skip
snapshot = sa.table(
    'snapshot', sa.column('id'), sa.column('policy_id'), sa.column('fetch_id'), sa.column('live_fetch_id'),
    sa.column('digest'), sa.column('text_sha256'), sa.column('revision'),
    sa.column('first_seen', INSTANT), sa.column('last_seen', INSTANT),
)  # fmt: skip
change = sa.table(
    'change', sa.column('policy_id'), sa.column('from_snapshot_id'), sa.column('to_snapshot_id'),
    sa.column('state'),
)  # fmt: skip


def upgrade() -> None:
    op.add_column('snapshot', sa.Column('live_fetch_id', sa.Integer(), nullable=True))
    op.create_table(
        'sighting',
        sa.Column('fetch_id', sa.Integer(), nullable=False),
        sa.Column('policy_id', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(), nullable=False),
        sa.Column('text_sha256', sa.LargeBinary(length=32), nullable=True),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['fetch_id'], ['fetch.id'], name=op.f('fk_sighting_fetch_id_fetch')),
        sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_sighting_policy_id_policy')),
        sa.ForeignKeyConstraint(
            ['text_sha256'], ['snapshot_text.sha256'], name=op.f('fk_sighting_text_sha256_snapshot_text')
        ),
        sa.PrimaryKeyConstraint('fetch_id', name=op.f('pk_sighting')),
    )
    op.create_index(op.f('ix_sighting_policy_id'), 'sighting', ['policy_id'], unique=False)
    op.create_index(op.f('ix_sighting_revision'), 'sighting', ['revision'], unique=False)
    sighting = sa.table(
        'sighting', sa.column('fetch_id'), sa.column('policy_id'), sa.column('digest'),
        sa.column('text_sha256'), sa.column('revision'),
    )  # fmt: skip
    bind = op.get_bind()
    for row in bind.execute(sa.select(policy.c.id, policy.c.current_snapshot_id)).all():
        found = [*_live(bind, row.id, row.current_snapshot_id), *_archived(bind, row.id)]
        if found:
            bind.execute(sighting.insert(), found)


def _live(bind: Connection, policy_id: int, current: int | None) -> list[dict[str, object]]:
    """Pair the live texts with the fetches that brought them: both came in the same order."""
    ends = bind.execute(
        sa.select(change.c.from_snapshot_id, change.c.to_snapshot_id)
        .where(change.c.policy_id == policy_id, change.c.state != 'history')
    ).all()  # fmt: skip
    ids = sorted({number for pair in ends for number in pair} | ({current} if current else set()))
    brought = bind.execute(
        sa.select(fetch.c.id)
        .where(fetch.c.policy_id == policy_id, fetch.c.source == 'live')
        .where(fetch.c.outcome.in_(('first', 'changed')))
        .order_by(fetch.c.id)
    ).scalars().all()  # fmt: skip
    found: list[dict[str, object]] = []
    rows = {row.id: row for row in bind.execute(sa.select(snapshot).where(snapshot.c.id.in_(ids)))}
    if len(ids) != len(brought):  # not as this program writes them: go by what shows the text
        shown = {row.fetch_id: row.id for row in rows.values()}
        brought = [fetch_id for fetch_id in brought if fetch_id in shown]
        ids = [shown[fetch_id] for fetch_id in brought]
    for snapshot_id, fetch_id in zip(ids, brought, strict=True):
        row = rows[snapshot_id]
        bind.execute(
            snapshot.update().where(snapshot.c.id == snapshot_id).values(live_fetch_id=fetch_id)
        )
        found.append({
            'fetch_id': fetch_id, 'policy_id': policy_id, 'digest': row.digest,
            'text_sha256': row.text_sha256,
            # Shown by an archive's capture, the text may be that one's.
            'revision': row.revision if row.fetch_id == fetch_id else 0,
        })  # fmt: skip
    return found


def _archived(bind: Connection, policy_id: int) -> list[dict[str, object]]:
    """Take each capture of an archive for the text that stood at its time, to be read again."""
    rows = bind.execute(
        sa.select(fetch.c.id, fetch.c.observed_at)
        .where(fetch.c.policy_id == policy_id, fetch.c.source != 'live')
        .where(fetch.c.outcome.in_(('first', 'changed', 'unchanged')))
        .order_by(fetch.c.id)
    ).all()  # fmt: skip
    found = []
    for fetch_id, at in rows:
        digest = bind.execute(
            sa.select(snapshot.c.digest)
            .where(snapshot.c.policy_id == policy_id)
            .where(snapshot.c.first_seen <= at, snapshot.c.last_seen >= at)
            .order_by(snapshot.c.first_seen, snapshot.c.id)
        ).scalars().first()  # fmt: skip
        found.append({
            'fetch_id': fetch_id, 'policy_id': policy_id, 'digest': digest or '',
            'text_sha256': None, 'revision': 0,
        })  # fmt: skip
    return found


def downgrade() -> None:
    op.drop_table('sighting')
    op.drop_column('snapshot', 'live_fetch_id')
