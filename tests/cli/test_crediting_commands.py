"""A crediting programme's registry run from the shell."""

from __future__ import annotations

import pytest
from cli.commands import article6

from article6.cli import exits


@pytest.fixture
def numbers(database: object) -> dict[str, str]:
    """A programme's registry with an activity of Mongolia's and a second administrator; account numbers by name."""
    words = ("--code", "JCM", "--name", "Joint", "--admin-login", "ama", "--admin-name", "Ama")
    assert article6("init", "--kind", "crediting", *words).code == 0
    assert article6("section", "add", "MNG", "JPN").code == 0
    places = {
        "host": ("holding", "MNG"), "partner": ("holding", "JPN"), "buffer": ("buffer", "ADM"),
        "locked": ("locked", "MNG"), "converted": ("converted", "MNG"), "gone": ("cancellation_administrative", "ADM"),
    }  # fmt: skip
    opened = {
        name: article6("account", "open", "--type", type_, "--section", section, "--name", name, "--json").json[
            "number"
        ]
        for name, (type_, section) in places.items()
    }
    assert article6("user", "add", "bo", "Bo").code == 0
    assert article6("user", "role", "bo", "administrator").code == 0
    said = article6(
        "crediting", "activity", "MNG", "MN001", "--title", "Solar", "--methodology", "MN_AM003", "--as", "ama"
    )
    assert said.code == 0, said.err
    return opened


def test_a_programme_is_run_from_the_shell(numbers: dict[str, str]) -> None:
    as_ama = ("--as", "ama")
    issue = (
        "crediting", "issue", "MNG", "MN001", "--programme", "JCM", "--quantity", "1001", "--vintage", "2024",
        "--monitored", "2024-01-01", "2024-12-31", "--reference", "JC 12", "--buffer-percent", "10",
        "--to", f"{numbers['host']}=1/3@2026-02-20", *as_ama,
    )  # fmt: skip
    whole = (*issue, "--to", f"{numbers['partner']}=2/3@2026-02-25", "--key", "k")
    parts = article6(*whole, "--json").json["parts"]
    assert [each["quantity"] for each in parts] == [300, 600, 101]
    assert "buffer_withholding" in article6(*whole).out
    assert article6(*issue).code == exits.REFUSED
    assert article6(*issue, "--to", f"{numbers['partner']}=much").code == exits.USAGE
    assert article6(*issue, "--buffer-percent", "1/0").code == exits.USAGE

    for verb, target, units in (("release-buffer", "host", "1"), ("cancel-buffer", "gone", "100")):
        words = ("crediting", verb, numbers["buffer"], numbers[target], units, "--reason", "Why", *as_ama, "--json")
        asked = article6(*words).json
        assert asked["status"] == "proposed"
        assert article6("approve", str(asked["transaction_id"]), "--as", "bo").code == 0

    place = ("--itmo-registry", "CHE01", "--itmo-record", "CA0001 1")
    said = article6("crediting", "lock", numbers["host"], "--serials", "MNG:1-100", *place, *as_ama, "--json")
    lock = str(said.json["transaction_id"])
    released = article6(
        "crediting", "release", lock, "--serials", "MNG:1-10", "--reason", "Struck", *as_ama, "--json"
    ).json
    assert article6("approve", str(released["transaction_id"]), "--as", "bo").code == 0
    said = article6("crediting", "convert", lock, *as_ama)
    assert "proposed" in said.out
    assert article6("approve", str(released["transaction_id"] + 1), "--as", "bo").code == 0
    assert [each["held"] for each in article6("crediting", "locks", "--json").json] == [0]
    assert "CA0001 1" in article6("crediting", "locks").out
    assert article6("crediting", "convert", lock, *as_ama).code == exits.REFUSED

    label = ("crediting", "label", "CORSIA", "--source", "Letter 1", "--on", "2026-03-01", *as_ama)
    assert "Recorded" in article6(*label, "--batch", str(parts[1]["batch_id"])).out
    assert len(article6(*label, "--serials", "MNG:301-310", "--withdrawn", "--json").json["ids"]) == 1
    assert article6(*label, "--serials", "MNG:301-310", "--withdrawn").code == exits.REFUSED
    assert article6("audit").code == 0
