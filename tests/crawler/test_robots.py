"""robots.txt to RFC 9309: what each answer means, how long it holds, and that it is asked first."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

from crawler.errors import FetchError
from crawler.manners import Manners
from crawler.robots import Robots, RobotsCache, read_robots, unreachable_robots
from tests.crawler.helper import NOW, Outcomes, fetch, fetch_all
from tests.support import faults
from tests.support.growth import assert_linear
from tests.support.site import Site

POLICY = "<p>We keep your data for thirty days."
KEEP_OUT = "User-agent: *\nDisallow: /privacy"


def robots(text: str | bytes) -> Robots:
    return read_robots(200, text.encode() if isinstance(text, str) else text, now=NOW)


def allows(rules: Robots, path: str, agent: str = "Clausewatch") -> bool:
    try:
        rules.check(f"https://example.org{path}", agent)
    except FetchError:
        return False
    return True


def named(site: Site) -> str:
    """The site by a spelling that is not taken for our own, so that its rules are remembered."""
    return f"http://127.1:{site.port}"


def visit(site: Site, manners: Manners, now: datetime) -> Outcomes:
    return fetch_all([named(site) + "/privacy"], clock=lambda: now, manners=manners, delay_s=0.0)


def test_a_page_that_robots_txt_keeps_from_us_is_not_asked_for(site: Site) -> None:
    site.put("/robots.txt", KEEP_OUT)
    fetched = fetch(site.put("/privacy", POLICY))

    assert (fetched.cause, fetched.status, fetched.body) == ("robots", None, None)
    assert site.hits == []


def test_a_page_that_a_redirect_leads_to_is_kept_from_us_as_well(site: Site) -> None:
    with Site(host="127.0.0.2") as other:
        other.put("/robots.txt", KEEP_OUT)
        moved = other.put("/privacy", POLICY)
        fetched = fetch(site.redirect("/policy", moved))

        assert (fetched.cause, fetched.final_url) == ("robots", moved)
        assert other.hits == []


def test_robots_txt_can_be_set_aside_by_option(site: Site) -> None:
    site.put("/robots.txt", KEEP_OUT)

    assert fetch(site.put("/privacy", POLICY), obey_robots=False).cause == ""
    assert site.robots_hits == 0


def test_robots_txt_is_asked_once_for_many_pages(site: Site) -> None:
    fetch_all([site.put(f"/{number}", POLICY) for number in range(20)])

    assert site.robots_hits == 1


def test_robots_txt_is_asked_with_our_name_and_without_validators(site: Site) -> None:
    fetch(site.put("/privacy", POLICY))

    (hit,) = site.seen("/robots.txt")
    assert hit.headers["user-agent"].startswith("Clausewatch/0 (+mailto:")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418])
def test_a_4xx_means_that_there_are_no_rules(site: Site, status: int) -> None:
    site.put("/robots.txt", KEEP_OUT, status=status)

    assert fetch(site.put("/privacy", POLICY)).cause == ""


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_a_5xx_means_keep_out(site: Site, status: int) -> None:
    site.put("/robots.txt", "", status=status, headers={"Retry-After": "90"})
    fetched = fetch(site.put("/privacy", POLICY))

    assert (fetched.cause, fetched.retry_after_s) == ("robots_unreadable", 90)
    assert site.hits == []


def test_a_429_means_later(site: Site) -> None:
    site.put("/robots.txt", "", status=429, headers={"Retry-After": "60"})
    fetched = fetch(site.put("/privacy", POLICY))

    assert (fetched.cause, fetched.retry_after_s) == ("rate_limited", 60)


@pytest.mark.parametrize(
    ("act", "cause"),
    [
        (faults.hangs, "timeout"),
        (faults.resets_at_once, "reset"),
        (faults.chunks_cut_short, "robots_unreadable"),
        (faults.cut_short("gzip", KEEP_OUT.encode() * 50), "robots_unreadable"),
        (faults.endless, "robots_unreadable"),
        (faults.no_http, "robots_unreadable"),
    ],
)
def test_a_robots_txt_that_cannot_be_had_means_keep_out(
    site: Site, act: faults.Act, cause: str
) -> None:
    site.act("/robots.txt", act)

    assert fetch(site.put("/privacy", POLICY), timeout_s=1.0, max_size=1 << 20).cause == cause
    assert site.hits == []


def test_a_robots_txt_that_moved_is_followed_five_times(site: Site) -> None:
    site.redirect("/robots.txt", "/r1")
    for step in range(1, 4):
        site.redirect(f"/r{step}", f"/r{step + 1}")
    site.put("/r4", KEEP_OUT)

    assert fetch(site.put("/privacy", POLICY)).cause == "robots"


def test_a_robots_txt_that_moves_without_end_means_no_rules(site: Site) -> None:
    site.redirect("/robots.txt", "/robots.txt")

    assert fetch(site.put("/privacy", POLICY)).cause == ""


def test_rules_hold_a_day_also_across_crawls_and_then_are_asked_again(site: Site) -> None:
    manners = Manners()
    site.put("/privacy", POLICY)
    visit(site, manners, NOW)
    site.put("/robots.txt", KEEP_OUT)

    within = visit(site, manners, NOW + timedelta(hours=23, minutes=59))
    after = visit(site, manners, NOW + timedelta(hours=24))

    assert (within.causes, after.causes) == ([""], ["robots"])
    assert site.robots_hits == 2


def test_rules_read_before_an_outage_stand_in_for_it(site: Site) -> None:
    manners = Manners()
    site.put("/robots.txt", "User-agent: *\nDisallow: /private")
    site.put("/privacy", POLICY)
    visit(site, manners, NOW)
    site.put("/robots.txt", "", status=503)

    assert visit(site, manners, NOW + timedelta(days=2)).causes == [""]
    assert visit(site, manners, NOW + timedelta(days=31)).causes == ["robots_unreadable"]


def test_an_outage_is_asked_about_again_soon(site: Site) -> None:
    manners = Manners()
    site.put("/robots.txt", "", status=503)
    site.put("/privacy", POLICY)
    visit(site, manners, NOW)
    site.drop("/robots.txt")

    assert visit(site, manners, NOW + timedelta(minutes=9)).causes == ["robots_unreadable"]
    assert visit(site, manners, NOW + timedelta(minutes=10)).causes == [""]


def test_a_clock_that_went_back_asks_again(site: Site) -> None:
    manners = Manners()
    site.put("/privacy", POLICY)
    visit(site, manners, NOW)
    visit(site, manners, NOW - timedelta(hours=1))

    assert site.robots_hits == 2


def test_a_host_that_is_down_is_said_to_be_down_and_not_to_keep_us_out() -> None:
    rules = unreachable_robots(FetchError("dns", "no address"), now=NOW)

    with pytest.raises(FetchError, match=r"dns: robots\.txt: no address"):
        rules.check("https://example.org/privacy", "Clausewatch")


def test_a_crawl_delay_spaces_the_pages_of_a_host(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.4")
    urls = [site.put(f"/{number}", POLICY) for number in range(3)]

    began = time.monotonic()
    fetch_all(urls)

    assert time.monotonic() - began >= 0.8


def test_an_absurd_crawl_delay_is_capped() -> None:
    assert robots("User-agent: *\nCrawl-delay: 99999999").delay_s("Clausewatch") == 60
    assert robots("User-agent: *\nCrawl-delay: -5").delay_s("Clausewatch") == 0
    assert robots("User-agent: *\nCrawl-delay: nan").delay_s("Clausewatch") == 0


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/privacy", False),
        ("User-agent: *\nDisallow:", "/privacy", True),
        ("User-agent: *\nDisallow: /legal\nAllow: /legal/privacy", "/legal/privacy", True),
        ("User-agent: *\nAllow: /legal\nDisallow: /legal/privacy", "/legal/privacy", False),
        ("User-agent: *\nDisallow: /p\nAllow: /p", "/p", True),
        ("User-agent: *\nDisallow: /*.php$", "/a.php", False),
        ("User-agent: *\nDisallow: /*.php$", "/a.php5", True),
        ("User-agent: other\nDisallow: /", "/privacy", True),
        ("User-agent: clausewatch\nDisallow: /", "/privacy", False),
        ("User-agent: CLAUSEWATCH\nDisallow: /\n\nUser-agent: *\nAllow: /", "/privacy", False),
        ("User-agent: clausewatch\nAllow: /\n\nUser-agent: *\nDisallow: /", "/privacy", True),
        ("User-agent: a\nUser-agent: clausewatch\nDisallow: /x", "/x", False),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/caf%C3%A9", False),
        ("<html>No such page</html>", "/privacy", True),
        ("", "/privacy", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/privacy", False),
        ("User-agent: *\r\nDisallow: /\r\n", "/privacy", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
    ],
)
def test_the_longest_match_of_our_own_group_decides(text: str, path: str, allowed: bool) -> None:
    assert allows(robots(text), path) is allowed


def test_what_lies_beyond_500_kib_is_not_read() -> None:
    padding = b"# " + b"x" * (500 * 1024)

    assert not allows(robots(b"User-agent: *\nDisallow: /\n" + padding), "/privacy")
    assert allows(robots(padding + b"\nUser-agent: *\nDisallow: /"), "/privacy")


def test_a_robots_txt_made_to_be_slow_is_not() -> None:
    def work(stars: str) -> None:
        allows(robots(b"User-agent: *\nDisallow: /" + stars.encode()), "/" + "a" * 2000)

    assert_linear(work, "*a" * 200_000)


def test_what_is_remembered_is_bounded() -> None:
    cache = RobotsCache()
    for number in range(3_000):
        cache.put(f"https://{number}.example", robots(""), NOW)

    assert cache.get("https://0.example", NOW) is None
    assert cache.get("https://2999.example", NOW) is not None


def test_what_nobody_asks_for_is_not_gathered() -> None:
    told, untold = RobotsCache(), RobotsCache(told=False)
    for cache in (told, untold):
        cache.put("https://a.example", Robots(NOW, NOW + timedelta(hours=1)), NOW)
    assert [state.origin for state in told.moved()] == ["https://a.example"]
    assert untold.moved() == []


@pytest.mark.parametrize("agent", ["Clausewatch/1 (+mailto:a@example.org)", "clausewatch"])
def test_our_name_for_robots_txt_is_the_product_of_the_user_agent(site: Site, agent: str) -> None:
    site.put("/robots.txt", "User-agent: clausewatch\nDisallow: /privacy")

    assert fetch(site.put("/privacy", POLICY), user_agent=agent).cause == "robots"


def test_a_compatible_user_agent_is_known_by_the_name_inside(site: Site) -> None:
    site.put("/robots.txt", "User-agent: clausewatch\nDisallow: /privacy")
    agent = "Mozilla/5.0 (compatible; Clausewatch/1; +https://example.org/bot)"

    assert fetch(site.put("/privacy", POLICY), user_agent=agent).cause == "robots"
