"""Every command explains itself, with examples, and is in the reference."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import click
from cli.commands import article6

from article6.cli import catalogue, exits
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


def test_what_joins_the_group_of_another_module_is_found_before_that_module_is_imported() -> None:
    folder = Path(catalogue.__file__).parent
    for module in sorted(folder.glob("*.py")):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        theirs = {
            name.name for each in ast.walk(tree)
            if isinstance(each, ast.ImportFrom) and str(each.module).startswith("article6.cli.") for name in each.names
        }  # fmt: skip
        functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
        decorators = [ast.unparse(by).partition("(")[0] for each in functions for by in each.decorator_list]
        assert not [by for by in decorators if by.partition(".")[0] in theirs and "." in by], module.name
        if any("JOINING" in ast.unparse(each) for each in tree.body if isinstance(each, ast.Assign)):
            assert any(module.stem in joining for joining in catalogue.JOINED_BY.values()), module.name


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
