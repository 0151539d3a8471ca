"""`clausewatch check -v`: the whole story of one fetch, in lines and as JSON."""

from pathlib import Path

from tests.support.program import Program
from tests.support.site import Site

PAGE = (
    "<title>Privacy Policy</title><h1>Privacy Policy</h1>"
    "<p>We collect your name and your address when you order something in our shop.</p>"
    "<p>We keep your personal data for two years and share it with nobody.</p>"
)


def test_a_fetch_is_told_from_robots_txt_to_the_rows(tmp_path: Path) -> None:
    with Site() as site:
        end = site.put("/new", PAGE)
        program = Program(tmp_path)
        program.run("add", site.redirect("/old", end, status=301), "--name", "acme")

        said = program.run("check", "-v", "acme").out
        site.put("/new", "", status=429, headers={"Retry-After": "60"})
        (line,) = program.run("check", "-v", "--json", "acme", expect=4).lines

    for words in ("has no rules", "301, redirects", "words, language en", "fetch 1, body"):
        assert words in said
    story = line["story"]
    assert [hop["status"] for hop in story["hops"]] == [301, 429]
    assert (story["verdict"]["cause"], story["waiting_helps"]) == ("rate_limited", True)
    assert ["Retry-After", "60"] in story["headers"]
    assert story["rows"][0] == "fetch 2"
