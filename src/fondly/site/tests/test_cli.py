"""The command line as a whole: every command stands where it says and explains itself."""

import json
import os
import socket
import subprocess
import sys

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


def run(home, *words):
    """Run a command in a home of its own; return what it said, as JSON."""
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    command = [sys.executable, "-m", "fondly", *words, "--json"]
    env["FONDLY_HOME"] = str(home)
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_the_first_command_of_all_may_be_an_import(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text("order number,customer,date,total\n1,K1,2026-01-05,5.00\n")
    home = tmp_path / "home"
    assert run(home, "import", "orders", str(file), "--yes")["counts"]["created"] == 1
    assert run(home, "import", "orders", str(file), "--yes")["counts"]["skipped"] == 1
