"""The command line as a whole: every command stands where it says and explains itself."""

import socket

import click
import pytest
from click.testing import CliRunner
from django.db import OperationalError

from fondly.site import cli
from fondly.site.serve.commands import refuse_a_taken_port


def commands(group: click.Group, path: str = "") -> list[tuple[str, click.Command]]:
    """Return every command under `group`, with its path."""
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found.append((f"{path} {name}".strip(), command))
        if isinstance(command, click.Group):
            found += commands(command, f"{path} {name}")
    return found


@pytest.mark.parametrize(("path", "command"), commands(cli.cli))
def test_every_command_explains_itself(path, command):
    assert command is not None
    assert command.help, f"fondly {path} has no help"
    answer = CliRunner().invoke(cli.cli, [*path.split(), "--help"])
    assert answer.exit_code == 0
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"fondly {path} {option.opts[0]} has no help"


def test_an_unknown_command_is_wrong_usage():
    answer = CliRunner().invoke(cli.cli, ["fly"])
    assert answer.exit_code == 2
    assert "No such command 'fly'" in answer.output


def test_a_refusal_is_told_in_words_and_ends_with_three(monkeypatch, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr("sys.argv", ["fondly", "web", "--port", str(port)])
        with pytest.raises(SystemExit) as end:
            cli.main()
    assert end.value.code == 3
    assert f"Port {port}" in capsys.readouterr().err


def test_a_free_port_is_not_refused():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    refuse_a_taken_port("127.0.0.1", port)


def test_a_command_on_an_empty_database_says_what_to_do(monkeypatch, capsys):
    def nothing_there():
        raise OperationalError("no such table: team_business")

    monkeypatch.setattr(cli, "cli", nothing_there)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 3
    assert "fondly migrate" in capsys.readouterr().err
