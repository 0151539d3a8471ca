"""What a check costs on disk: the one figure that grows for ever."""

from sqlalchemy import text

from tests.storage.world import HOUR, A, World, page

CHECKS = 500


def pages(world: World) -> int:
    with world.store.reading() as session:
        found: int = session.connection().execute(text("PRAGMA page_count")).scalar_one()
    return found


def test_an_unchanged_check_takes_no_more_than_a_line_of_text(world: World) -> None:
    world.fetch(A, headers=(("ETag", '"one"'),))
    before = pages(world)
    for _ in range(CHECKS):
        slot = world.at + HOUR
        assert world.fetch(None, status=304, slot_at=slot).outcome == "unchanged"
    each = (pages(world) - before) * 4096 / CHECKS
    assert each <= 130  # bytes; a page on disk is 4096, so give or take eight


def test_a_page_that_differs_in_bytes_alone_takes_no_more(world: World) -> None:
    said = "We do not sell your personal data."
    world.fetch(page(said))
    before = pages(world)
    for number in range(100):
        nonce = f"<script nonce=x{number}>var csrf = '{number * 7919}'</script>" * 20
        assert world.fetch(page(said, note=nonce)).outcome == "unchanged"
    assert (pages(world) - before) * 4096 <= 100 * 125 + 3 * 4096
