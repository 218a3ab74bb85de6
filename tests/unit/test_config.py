"""Settings: defaults, where they come from, and every way they can be wrong."""

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reminder_bot.config import Settings
from reminder_bot.setting_values import Address, Secret
from reminder_bot.variables import VARIABLES
from reminder_bot.wall_clock import WallClockTime
from utils.errors import ConfigurationError

TOKEN = "MTk4NjIyNDgzNDcx.Cl2FMQ.not-a-real-one"
REAL_LOOKING = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"


def problems(environ: dict[str, str], dotenv_path: Path | None = None) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environment(environ, dotenv_path)
    return caught.value.problems


def write_dotenv(tmp_path: Path, text: str) -> Path:
    path = tmp_path / ".env"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_set_gives_the_documented_defaults() -> None:
    settings = Settings.from_environment({})
    assert settings == Settings(
        discord_token=None,
        discord_api_url="https://discord.com/api/v10",
        database_path=Path("data/reminder_bot.db"),
        database_profile="durable",
        default_interval_minutes=60,
        min_interval_seconds=300,
        max_interval_days=28,
        admin_roles=(),
        default_reactions=("✅", "❌", "❓"),
        default_timezone=ZoneInfo("UTC"),
        audit_retention_days=365,
        metrics_address=None,
        log_level="INFO",
        log_format="text",
        backup_folder=None,
        backup_time=WallClockTime(time(4)),
        backup_keep_daily=7,
        backup_keep_weekly=4,
        backup_keep_monthly=6,
        backup_command=(),
        backup_command_timeout_seconds=3600,
        cleanup_time=WallClockTime(time(4, 30)),
        log_retention_days=90,
        optimize_time=WallClockTime(time(5), weekday=6),
        health_check_minutes=60,
        min_free_disk_mb=500,
    )
    assert (settings.min_interval, settings.default_interval, settings.max_interval) == (
        timedelta(minutes=5),
        timedelta(hours=1),
        timedelta(days=28),
    )


def test_environment_wins_over_dotenv(tmp_path: Path) -> None:
    path = write_dotenv(tmp_path, "LOG_LEVEL=ERROR\nMAX_INTERVAL_DAYS=7\n")
    settings = Settings.from_environment({"LOG_LEVEL": "debug"}, path)
    assert (settings.log_level, settings.max_interval_days) == ("DEBUG", 7)


def test_empty_variable_in_the_environment_does_not_hide_dotenv(tmp_path: Path) -> None:
    path = write_dotenv(tmp_path, "DATABASE_PROFILE=fast\n")
    assert Settings.from_environment({"DATABASE_PROFILE": " "}, path).database_profile == "fast"


def test_missing_dotenv_is_no_mistake(tmp_path: Path) -> None:
    assert Settings.from_environment({}, tmp_path / ".env") == Settings.from_environment({})


def test_load_reads_the_process_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_INTERVAL_DAYS", "3")
    assert Settings.load(tmp_path / ".env").max_interval_days == 3


def test_admin_roles_are_trimmed_and_unique() -> None:
    assert Settings.from_environment({"ADMIN_ROLES": " Raid Lead, 123 ,,Raid Lead"}).admin_roles == ("Raid Lead", "123")


@pytest.mark.parametrize(
    ("text", "host", "port", "shown"),
    [
        ("9464", "127.0.0.1", 9464, "127.0.0.1:9464"),
        ("0.0.0.0:80", "0.0.0.0", 80, "0.0.0.0:80"),
        ("[::1]:9464", "::1", 9464, "[::1]:9464"),
        ("localhost:9464", "localhost", 9464, "localhost:9464"),
    ],
)
def test_metrics_address_is_a_port_of_this_machine_or_host_and_port(
    text: str, host: str, port: int, shown: str
) -> None:
    address = Settings.from_environment({"METRICS_ADDRESS": text}).metrics_address
    assert address == Address(host, port)
    assert str(address) == shown


def test_api_url_loses_its_last_slash() -> None:
    assert (
        Settings.from_environment({"DISCORD_API_URL": "http://127.0.0.1:80/api/"}).discord_api_url
        == "http://127.0.0.1:80/api"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_API_URL", "discord.com/api"),
        ("DISCORD_API_URL", "ftp://discord.com"),
        ("DISCORD_API_URL", "http://host:port/"),
        ("DISCORD_API_URL", "https://discord.com/api?x=1"),
        ("DATABASE_PATH", ":memory:"),
        ("DATABASE_PATH", "file:x?mode=memory"),
        ("DATABASE_PATH", "/"),
        ("DATABASE_PATH", "."),
        ("DATABASE_PROFILE", "quick"),
        ("DEFAULT_INTERVAL_MINUTES", "1h"),
        ("DEFAULT_INTERVAL_MINUTES", "0"),
        ("MIN_INTERVAL_SECONDS", "-1"),
        ("MIN_INTERVAL_SECONDS", "٣"),
        ("MAX_INTERVAL_DAYS", "366"),
        ("MAX_INTERVAL_DAYS", "1.5"),
        ("DEFAULT_REACTIONS", "yes,no"),
        ("DEFAULT_REACTIONS", "✅,✅"),
        ("DEFAULT_REACTIONS", ","),
        ("DEFAULT_TIMEZONE", "Mars/Base"),
        ("DEFAULT_TIMEZONE", "Europe"),
        ("DEFAULT_TIMEZONE", "../UTC"),
        ("AUDIT_RETENTION_DAYS", "0"),
        ("METRICS_ADDRESS", ":9464"),
        ("METRICS_ADDRESS", "host"),
        ("METRICS_ADDRESS", "65536"),
        ("METRICS_ADDRESS", "0"),
        ("METRICS_ADDRESS", "::1:9464"),
        ("METRICS_ADDRESS", "http://localhost:9464"),
        ("METRICS_ADDRESS", "٩٤٦٤"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("BACKUP_FOLDER", "setup.cfg"),
        ("BACKUP_TIME", "4"),
        ("BACKUP_TIME", "24:00"),
        ("BACKUP_TIME", "never"),
        ("BACKUP_KEEP_DAILY", "0"),
        ("CLEANUP_TIME", "sunday 04:00"),
        ("OPTIMIZE_TIME", "05:00"),
        ("OPTIMIZE_TIME", "someday 05:00"),
        ("LOG_RETENTION_DAYS", "0"),
        ("HEALTH_CHECK_MINUTES", "0"),
    ],
)
def test_malformed_value_is_named_with_what_is_allowed(name: str, value: str) -> None:
    (problem,) = problems({name: value})
    assert problem.startswith(f"{name}={value!r} is not valid: it must be ")


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    path = write_dotenv(tmp_path, "DATABASE_PAHT=x.db\nLOG_LEVEL=LOUD\nnonsense here\n")
    found = problems({"LOG_FORMAT": "xml", "DISCORD_TOKN": TOKEN}, path)
    assert len(found) == 5
    assert f"{path}: there is no setting DATABASE_PAHT. Did you mean DATABASE_PATH?" in found
    assert f"{path}, line 3: a line must read NAME=value." in found
    assert "The environment sets DISCORD_TOKN, which is no setting. Did you mean DISCORD_TOKEN?" in found
    assert TOKEN not in "\n".join(found)


@pytest.mark.parametrize(
    "name", ["LOGLEVEL", "DATABASE_URL", "DISCORD_TOKEN_FILE", "PATH", "DEFAULT_REGION", "LOG_LEVEL"]
)
def test_variables_of_other_programs_in_the_environment_are_left_alone(name: str) -> None:
    assert Settings.from_environment({name: "INFO"}) == Settings.from_environment({})


@pytest.mark.parametrize(
    "environ",
    [
        {"DEFAULT_INTERVAL_MINUTES": "4"},
        {"MAX_INTERVAL_DAYS": "1", "DEFAULT_INTERVAL_MINUTES": "1441"},
        {"MIN_INTERVAL_SECONDS": "7200"},
    ],
)
def test_default_interval_outside_the_bounds_is_refused(environ: dict[str, str]) -> None:
    (problem,) = problems(environ)
    assert problem.startswith("DEFAULT_INTERVAL_MINUTES=")


def test_backups_lie_beside_the_database_unless_they_are_told_where(tmp_path: Path) -> None:
    assert Settings.from_environment({"DATABASE_PATH": "x/bot.db"}).backups == Path("x/backups")
    assert Settings.from_environment({"BACKUP_FOLDER": str(tmp_path)}).backups == tmp_path


def test_times_can_be_switched_off_and_a_command_keeps_its_quotes() -> None:
    settings = Settings.from_environment(
        {"BACKUP_TIME": "OFF", "OPTIMIZE_TIME": "Monday 1:05", "BACKUP_COMMAND": "rclone copy 'my disk:' --to"}
    )
    assert settings.backup_time is None
    assert settings.optimize_time == WallClockTime(time(1, 5), weekday=0)
    assert settings.backup_command == ("rclone", "copy", "my disk:", "--to")


def test_command_that_is_not_understood_is_refused_without_being_shown() -> None:
    assert problems({"BACKUP_COMMAND": "upload --password 'hunter2"}) == [
        "BACKUP_COMMAND=*** is not valid: it must be a command with its arguments, every quote closed."
    ]


def test_default_interval_on_a_bound_is_accepted() -> None:
    environ = {"MIN_INTERVAL_SECONDS": "3600", "MAX_INTERVAL_DAYS": "1", "DEFAULT_INTERVAL_MINUTES": "60"}
    assert Settings.from_environment(environ).default_interval == timedelta(hours=1)


def test_near_miss_in_the_environment_is_left_alone_where_the_setting_itself_is_set() -> None:
    environ = {"DISCORD_TOKN": "x", "DISCORD_TOKEN": ""}
    assert Settings.from_environment(environ) == Settings.from_environment({})


@pytest.mark.parametrize("name", ["d" * 250, "d" * 300, "d/" * 3000 + "x"])
def test_path_longer_than_a_file_system_takes_is_refused(name: str) -> None:
    (problem,) = problems({"DATABASE_PATH": name})
    assert problem.startswith("DATABASE_PATH='d")
    assert len(problem) < 200


@pytest.mark.parametrize("token", [f"Bot {TOKEN}", f'"{TOKEN}"', f"{TOKEN}\n{TOKEN}"])
def test_malformed_token_is_refused_without_being_shown(token: str) -> None:
    (problem,) = problems({"DISCORD_TOKEN": token})
    assert problem.startswith("DISCORD_TOKEN=*** is not valid")
    assert TOKEN not in problem


def test_password_in_an_address_is_refused_without_being_shown() -> None:
    (problem,) = problems({"DISCORD_API_URL": "https://me:hunter2@proxy/api"})
    assert "hunter2" not in problem


def test_unknown_variable_with_a_secret_in_dotenv_is_not_shown(tmp_path: Path) -> None:
    assert TOKEN not in "\n".join(problems({}, write_dotenv(tmp_path, f"TOKEN={TOKEN}\n{TOKEN}\n'{TOKEN}\n")))


@pytest.mark.parametrize("name", [variable.name for variable in VARIABLES if variable.name != "ADMIN_ROLES"])
def test_token_in_the_wrong_place_is_not_shown(tmp_path: Path, name: str) -> None:
    wrong = f"/ {REAL_LOOKING} \0:"
    assert leaks(problems({name: f"{'x' * 40} {wrong}"} if name != "DATABASE_PATH" else {name: f":{wrong}"})) == []
    assert leaks(problems({}, write_dotenv(tmp_path, f"{REAL_LOOKING}={name}\n"))) == []


def leaks(found: list[str]) -> list[str]:
    return [part for part in REAL_LOOKING.split(".") if part in "\n".join(found)]


def test_name_in_dotenv_that_looks_like_none_is_not_shown(tmp_path: Path) -> None:
    path = write_dotenv(tmp_path, "hun-ter2=x\n" + "A" * 60 + "=x\n")
    assert problems({}, path) == [f"{path}, line {line}: a line must read NAME=value." for line in (1, 2)]


@pytest.mark.parametrize("quote", ["'", '"'])
def test_quote_that_is_not_closed_is_pointed_out(tmp_path: Path, quote: str) -> None:
    path = write_dotenv(tmp_path, f"LOG_LEVEL={quote}INFO\n")
    assert problems({}, path) == [f"{path}, line 1: a line must read NAME=value (is a quote not closed?)."]


def test_dotenv_that_is_no_text_is_reported(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"LOG_LEVEL=\xff\xfe")
    assert problems({}, path) == [f"{path} cannot be read: it is not UTF-8 text."]


def test_dotenv_with_byte_order_mark_quotes_and_export_is_read(tmp_path: Path) -> None:
    path = write_dotenv(tmp_path, '\ufeffexport LOG_LEVEL="ERROR" # why\n')
    assert Settings.from_environment({}, path).log_level == "ERROR"


def test_token_is_hidden_in_every_text_form() -> None:
    settings = Settings.from_environment({"DISCORD_TOKEN": TOKEN})
    assert settings.discord_token == Secret(TOKEN)
    token = settings.require_token()
    assert TOKEN not in f"{settings!r} {settings} {token} {token!r} {[token]}"
    assert token.reveal() == TOKEN
    assert settings.secrets == (TOKEN,)


def test_required_token_that_is_missing_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="DISCORD_TOKEN is not set"):
        Settings.from_environment({}).require_token()
