"""Mails as files, until a mail server is set."""

import asyncio
import email
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path

import pytest

from alerts.channels import render
from alerts.errors import Unreachable
from alerts.message import Envelope, MailOptions
from alerts.outbox import DrainReport
from alerts.senders.folder import FolderSender
from tests.alerts.examples import content
from tests.alerts.world import made


def write(folder: Path, message_id: str = "<one@example.org>") -> str:
    envelope = Envelope("ada@example.org", message_id, datetime(2026, 6, 3, 14, 6, tzinfo=UTC))
    mail = render("email", content(), envelope, MailOptions())
    return asyncio.run(FolderSender(folder).send(mail))


def test_a_mail_is_one_file_that_mail_programs_read(tmp_path: Path) -> None:
    reply = write(tmp_path / "new" / "mails")
    [file] = (tmp_path / "new" / "mails").iterdir()
    assert file.name.startswith("20260603T140600Z-")
    assert file.suffix == ".eml"
    assert str(file) in reply
    mail = email.message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"] == "ada@example.org"
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]


def test_a_mail_written_again_replaces_itself(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path)
    write(tmp_path, "<two@example.org>")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "mails").write_text("a file in the way")
    with pytest.raises(Unreachable, match="mails"):
        write(tmp_path / "mails")


def test_the_outbox_empties_into_a_folder(tmp_path: Path) -> None:
    world = made(tmp_path)
    world.subscribe("ada@example.org")
    world.tell(world.policy())
    assert world.drain(FolderSender(tmp_path / "mails")) == DrainReport(sent=1)
    assert len(list((tmp_path / "mails").glob("*.eml"))) == 1
    world.store.close()
