"""What people are promised holds through six hours of a bad mail server and a program killed at random."""

import pytest

from tests.end_to_end.outage import ALL_TOLD, HEALTHY, Report, run

# `python -m tests.end_to_end.outage 200` plays it with as many as people watch; this fits a suite.
POLICIES = 12
KILLS = 0.06  # of the minutes; each costs a start of the program, a second of a core


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return run(tmp_path_factory.mktemp("outage"), policies=POLICIES, seed=20260328, kills=KILLS)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_change_arrives_once_under_one_name_and_in_time(report: Report) -> None:
    assert report.kills >= 5
    assert report.alerts == report.policies
    assert {reader: report.missing(reader) for reader in ALL_TOLD} == {
        reader: set() for reader in ALL_TOLD
    }
    assert report.told_twice() == []
    assert report.differing == 0  # what came twice was the same mail, byte for byte
    # Who is served hears within minutes: a claim of a killed process lapses after ten.
    assert max(report.late) <= 12
    assert sorted(report.late)[len(report.late) // 2] <= 2
    # After an outage (80 minutes the longest) within the wait that a refused mail has by then.
    assert max(report.late_after_outage) <= 80 + 64


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_record_is_whole_and_operators_heard_once(report: Report) -> None:
    assert report.misfits == 0
    for reader in HEALTHY:
        assert set(report.states[reader]) <= {"sent", "gathered"}
    assert set(report.states["eve@example.org"]) <= {"dead", "gathered"}
    raised = [kind for event, kind in report.notices if event == "raised"]
    over = [kind for event, kind in report.notices if event == "recovered"]
    assert raised.count("dead_letter") == 1
    assert raised.count("outbox_growing") == over.count("outbox_growing") <= 3
    assert report.notice_mails == len(report.notices)
