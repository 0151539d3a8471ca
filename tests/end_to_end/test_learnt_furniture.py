"""A page whose furniture comes and goes settles down by itself, and a clause beside it is still told."""

from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.site import Site

PAGE = """<!doctype html><html lang=en><title>Privacy policy</title><body><main>
<h1>Privacy policy</h1>
<h2>What we collect</h2><p>We collect your name, your address and the tea that you order from us.</p>
<h2>Who we share it with</h2><p>We share your address with the carrier that brings your tea{more}.</p>
<h2>How long we keep it</h2><p>We keep your orders for two years and delete them afterwards.</p>
<h2>Your rights</h2><p>You may ask us for a copy of your data, or ask us to delete all of it.</p>
</main>{block}</body></html>"""
BLOCK = "<div><h4>Tea of the week</h4><p>Green and gunpowder</p></div>"


@pytest.mark.slow
def test_a_block_that_alternates_is_learnt_and_hides_no_clause(tmp_path: Path) -> None:
    with Site() as site:
        program = Program(tmp_path, {"CLAUSEWATCH_CONFIRM_AFTER": "0s"})

        def check(*, block: str, more: str = "") -> str:
            site.put("/privacy", PAGE.format(block=block, more=more), content_type="text/html")
            (line,) = program.run("check", "tea", "--json", expect=None).lines
            return str(line["outcome"])

        site.put("/privacy", PAGE.format(block=BLOCK, more=""), content_type="text/html")
        program.run("add", f"{site.url}/privacy", "--name", "tea")
        seen = [check(block=block) for block in (BLOCK, "", BLOCK, "", BLOCK)]
        assert seen == ["first", "changed", "changed", "unchanged", "unchanged"]
        assert check(block="", more=", and with advertisers") == "changed"
