from datetime import timedelta
from pathlib import Path

import pytest

from clausewatch.config import ENVIRONMENT, Settings, SettingsError, load_settings


def load(tmp_path: Path, toml: str = "", **environ: str) -> Settings:
    file = tmp_path / "clausewatch.toml"
    file.write_text(toml, encoding="utf-8")
    return load_settings(file, environ)


def refusal(tmp_path: Path, toml: str = "", **environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, toml, **environ)
    return str(caught.value)


def test_without_a_file_there_are_sensible_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    settings = load_settings(environ={})
    assert settings.every == timedelta(days=1)
    assert settings.confirm_after == timedelta(minutes=15)
    assert settings.database.endswith("clausewatch.sqlite")
    assert settings.mail.smtp_url.get_secret_value() == ""
    assert settings.crawl.obey_robots
    assert settings.crawl.allow_addresses == ()


def test_the_file_is_read(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """
        every = "6h"
        contact = "privacy@example.org"
        [crawl]
        delay = "2s"
        max_size = "5MiB"
        allow_addresses = ["10.1.2.3/8"]
        [mail]
        from = "Watch <watch@example.org>"
        """,
    )
    assert settings.every == timedelta(hours=6)
    assert settings.crawl.delay == timedelta(seconds=2)
    assert settings.crawl.max_size == 5 * 1024**2
    assert settings.crawl.allow_addresses == ("10.0.0.0/8",)
    assert settings.mail.sender == "Watch <watch@example.org>"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        'confirm_after = "1h"',
        CLAUSEWATCH_CONFIRM_AFTER="0s",
        CLAUSEWATCH_ALLOW_ADDRESSES="127.0.0.0/8, ::1",
    )
    assert settings.confirm_after == timedelta(0)
    assert settings.crawl.allow_addresses == ("127.0.0.0/8", "::1/128")


def test_paths_in_a_file_are_relative_to_it(tmp_path: Path) -> None:
    settings = load(tmp_path, 'database = "policies.sqlite"\n[mail]\nfolder = "mails"')
    assert settings.database == str(tmp_path / "policies.sqlite")
    assert settings.mail.folder == tmp_path / "mails"


def test_a_database_may_be_an_address(tmp_path: Path) -> None:
    settings = load(tmp_path, 'database = "postgresql+psycopg://localhost/policies"')
    assert settings.database == "postgresql+psycopg://localhost/policies"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('evry = "6h"', 'evry is no setting (did you mean "every"?)'),
        ('[crawl]\ndealy = "1s"', 'crawl.dealy is no setting (did you mean "delay"?)'),
        ('every = "1x"', "every = '1x': '1x' is no duration (try"),
        ("every = 6", "every = 6: a duration is written in quotes"),
        ('[crawl]\nmax_size = "big"', "crawl.max_size = 'big': 'big' is no size"),
        ('[crawl]\nallow_addresses = ["10.0.0.0/99"]', "is no address range"),
        ("[crawl]\nconcurrency = 0", "crawl.concurrency = 0"),
        ('[mail]\nfrom = "nobody"', "mail.from = 'nobody': 'nobody' is no mail address"),
        ("[mail", "cannot be read as TOML"),
        ('[severity]\nsharring = "high"', "'sharring' is no topic (there are: collection, use"),
        ('[severity]\nsharing = "grave"', "severity.sharing = 'grave'"),
        ('tell_at_once = "soon"', "tell_at_once = 'soon'"),
    ],
)
def test_a_mistake_is_named_with_file_key_value_and_fix(
    tmp_path: Path, toml: str, said: str
) -> None:
    message = refusal(tmp_path, toml)
    assert message.startswith(str(tmp_path / "clausewatch.toml"))
    assert said in message


def test_a_mistake_in_the_environment_is_named_by_its_variable(tmp_path: Path) -> None:
    message = refusal(tmp_path, CLAUSEWATCH_CONFIRM_AFTER="soon")
    assert message == (
        'CLAUSEWATCH_CONFIRM_AFTER = \'soon\': \'soon\' is no duration (try "6h", "15m" or "1d12h")'
    )


def test_a_password_in_the_file_is_refused_without_being_repeated(tmp_path: Path) -> None:
    message = refusal(tmp_path, '[mail]\nsmtp_url = "smtp://me:hunter2@mail.example.org"')
    assert "CLAUSEWATCH_SMTP_URL" in message
    assert "hunter2" not in message


def test_a_password_may_come_from_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("smtp://me:hunter2@mail.example.org\n", encoding="utf-8")
    settings = load(tmp_path, '[mail]\nsmtp_url_file = "secret"')
    assert settings.mail.smtp_url.get_secret_value() == "smtp://me:hunter2@mail.example.org"
    assert "hunter2" not in repr(settings)


def test_a_bad_mail_server_is_refused_without_showing_its_password(tmp_path: Path) -> None:
    message = refusal(tmp_path, CLAUSEWATCH_SMTP_URL="http://me:hunter2@mail.example.org")
    assert "CLAUSEWATCH_SMTP_URL" in message
    assert "smtps://" in message
    assert "hunter2" not in message


def test_no_language_model_is_asked_unless_one_is_named(tmp_path: Path) -> None:
    assert load(tmp_path).summary.url == ""
    settings = load(
        tmp_path,
        '[summary]\nurl = "http://127.0.0.1:11434/v1/"\ntimeout = "5s"',
        CLAUSEWATCH_SUMMARY_MODEL="small",
        CLAUSEWATCH_SUMMARY_KEY="hunter2",
    )
    assert settings.summary.url == "http://127.0.0.1:11434/v1"
    assert settings.summary.model == "small"
    assert settings.summary.timeout == timedelta(seconds=5)
    assert settings.summary.key.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings)


def test_the_key_of_a_model_may_come_from_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hunter2\n", encoding="utf-8")
    settings = load(tmp_path, '[summary]\nkey_file = "key"')
    assert settings.summary.key.get_secret_value() == "hunter2"


@pytest.mark.parametrize(
    ("toml", "environ", "said"),
    [
        ('[summary]\nkey = "hunter2"', {}, "CLAUSEWATCH_SUMMARY_KEY"),
        ('[summary]\nurl = "https://me:hunter2@a.example/v1"', {}, "summary.url: is no address"),
        ('[summary]\nurl = "https://a.example/v1?key=hunter2"', {}, "summary.url: is no address"),
        ('[summary]\nurl = "file:///hunter2"', {}, "summary.url: is no address"),
        ('[summary]\nurl = "http://a.example/v1"', {}, "must name the model to ask"),
        ("", {"CLAUSEWATCH_SUMMARY_KEY": "hunter2\tüber"}, "CLAUSEWATCH_SUMMARY_KEY: is no key"),
        ("[summary]\nmodel = 3", {"CLAUSEWATCH_SUMMARY_KEY": "hunter2"}, "summary.model = 3"),
        ("summary = 3", {"CLAUSEWATCH_SUMMARY_KEY": "hunter2"}, "summary = 3"),
    ],
)
def test_a_bad_model_setting_is_refused_without_showing_a_key(
    tmp_path: Path, toml: str, environ: dict[str, str], said: str
) -> None:
    message = refusal(tmp_path, toml, **environ)
    assert said in message
    assert "hunter2" not in message


def test_a_file_named_but_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        load_settings(tmp_path / "absent.toml", {})


def test_every_environment_variable_reaches_a_setting() -> None:
    for keys in ENVIRONMENT.values():
        model = Settings
        for key in keys[:-1]:
            model = model.model_fields[key].annotation  # type: ignore[assignment]  # a model class
        assert keys[-1] in model.model_fields
