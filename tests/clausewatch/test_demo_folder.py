"""The folder of the demonstration: made, replaced, and never at the cost of anybody's files."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from clausewatch.demo.folder import FolderError, make_folder


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_folder_is_made_with_settings_that_load(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "new" / "demo")
    settings = folder.settings()
    assert Path(settings.database) == folder.database.absolute()
    assert settings.mail.folder == folder.path.absolute() / "mails"
    assert settings.crawl.allow_addresses == ("127.0.0.0/8",)


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    assert make_folder(tmp_path).config.is_file()


def test_an_earlier_demonstration_is_replaced_and_other_files_stay(tmp_path: Path) -> None:
    fresh = files(make_folder(tmp_path).path)
    for name in ("mails/1.eml", "mails/1.html", "pages/2.html", "clausewatch.sqlite-wal"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("old")
    for name in ("notes.txt", "mails/answer.txt"):
        (tmp_path / name).write_text("mine")
    make_folder(tmp_path)
    assert files(tmp_path) == fresh | {"notes.txt", "mails/answer.txt"}


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "clausewatch.sqlite").write_text("years of work")
    with pytest.raises(FolderError, match="--folder"):
        make_folder(tmp_path)
    assert files(tmp_path) == {"clausewatch.sqlite"}


def test_a_file_or_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    for name in ("file", "link"):
        with pytest.raises(FolderError):
            make_folder(tmp_path / name)


def test_a_link_inside_leads_nowhere(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "letter.eml").write_text("keep me")
    make_folder(tmp_path / "demo")
    (tmp_path / "demo" / "mails").symlink_to(theirs)
    make_folder(tmp_path / "demo")
    assert files(theirs) == {"letter.eml"}


def test_a_mail_is_found_by_its_id_and_shown_as_a_page(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    message = EmailMessage()
    message["Message-ID"] = "<a@demo.example>"
    message.set_content("plain")
    message.add_alternative("<p>Grüße</p>", subtype="html")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "one.eml").write_bytes(bytes(message))
    page = folder.mail_of("<a@demo.example>")
    assert page == tmp_path / "mails" / "one.html"
    assert "Grüße" in page.read_text(encoding="utf-8")
    assert folder.mail_of("<b@demo.example>") is None


def test_the_pages_are_kept_up_to_the_end_and_not_beyond(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    folder.keep_pages(datetime(2025, 11, 17, tzinfo=UTC))  # a day with a page of its own
    assert {path.name for path in (tmp_path / "pages").iterdir()} == {
        "2025-10-06-cookies.html",
        "2025-10-06-privacy.html",
        "2025-10-20-cookies.html",
        "2025-10-20-privacy.html",
        "2025-11-03-privacy.html",
    }
