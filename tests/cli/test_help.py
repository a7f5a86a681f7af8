"""Every command explains itself, with examples, and is in the reference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from cli.commands import article6

from article6.cli import exits
from article6.cli.main import article6 as program

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"


def commands(group: click.Group = program, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, name
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


def test_every_command_has_help_with_examples() -> None:
    for words, command in commands():
        shown = article6(*words, "--help")
        assert shown.code == 0
        assert "Examples:" in shown.out, words
        assert f"article6 {words[0]}" in shown.out.replace("--registry cdm ", ""), words
        assert command.help, words


def test_every_command_can_print_json() -> None:
    for words, command in commands():
        if not isinstance(command, click.Group):
            assert any("--json" in parameter.opts for parameter in command.params), words


def test_every_option_is_described() -> None:
    for words, command in commands():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.help, (words, parameter.name)


def test_every_command_is_in_the_reference() -> None:
    reference = REFERENCE.read_text(encoding="utf-8")
    for words, command in commands():
        if not command.hidden:
            assert f"`article6 {' '.join(words)}" in reference, words


def test_every_exit_code_is_in_the_reference() -> None:
    reference = REFERENCE.read_text(encoding="utf-8")
    codes = [value for name, value in vars(exits).items() if name.isupper()]
    for code in codes:
        assert f"| {code} |" in reference, code


def test_wrong_usage() -> None:
    for words in (["bogus"], ["find"], ["transfer", "--from"], ["approve", "seventeen"], ["serve", "--port", "0"]):
        said = article6(*words)
        assert said.code == exits.USAGE
        assert "Error" in said.err


def test_nothing_asked_for_shows_help() -> None:
    said = article6()
    assert said.code == exits.USAGE
    assert "Commands:" in said.err
