"""Audits of served logs: an honest one is right, and each kind of tampering is found and named."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transparency.logs import LOG, ORIGIN, WITNESS, Log, entry, signer

from article6.transparency import auditing, checkpoints, notes, tiles, tree
from article6.transparency.audit_findings import SENTENCES, Fault
from article6.transparency.auditing import Report, State
from article6.transparency.notes import MalformedNote
from article6.transparency.tiles import Tile


def audit(log: Log, since: str = "", **more: object) -> Report:
    return auditing.audit(log, LOG.verifier, State(ORIGIN, checkpoint=since), **more)


def faults(log: Log, since: str = "") -> set[Fault]:
    return {each.fault for each in audit(log, since).findings}


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 700])
def test_an_honest_log_is_right(size: int) -> None:
    report = audit(Log().grow(size))
    assert (report.is_clean, report.is_whole, report.until) == (True, True, size)
    assert report.kinds == ({"transaction": size} if size else {})


def test_a_log_of_many_levels_is_right_from_any_earlier_checkpoint() -> None:
    log = Log()
    earlier = [log.grow(count).checkpoint for count in (0, 1, 299, 65_236, 2, 1_000)]
    for since in earlier:
        report = audit(log, since)
        assert report.is_clean, report.findings
        assert report.until - report.first == len(log.entries) - report.since


def test_partial_tiles_may_be_gone_once_they_are_full() -> None:
    log = Log()
    before = log.grow(100).files.copy()
    since = log.checkpoint
    log.grow(300)
    log.files = {path: content for path, content in log.files.items() if path not in before or path == "checkpoint"}
    assert audit(log, since).is_clean


def test_witnesses_that_cosigned_are_told() -> None:
    log = Log().grow(3)
    note = notes.parse(log.files["checkpoint"])
    log.files["checkpoint"] = str(note.with_signatures([checkpoints.cosign(note, WITNESS, 99)])).encode()
    assert audit(log, witnesses=[WITNESS.verifier]).cosigned == {WITNESS.name: 99}
    assert audit(log).cosigned == {}


# --- Tampering with what is served


def tampered(change: Callable[[list[bytes]], None], number: int = 1) -> Log:
    """A log of 700 leaves whose bundle says something else than its tiles."""
    log = Log().grow(700)
    path = Tile(None, number).path
    entries = tiles.entries_in(log.files[path], 256)
    change(entries)
    log.files[path] = tiles.bundle(entries)
    return log


def test_an_entry_that_was_edited_is_named() -> None:
    def edit(entries: list[bytes]) -> None:
        entries[44] = entry(9_999)

    [finding] = audit(tampered(edit)).findings
    assert (finding.fault, finding.where, finding.first) == (Fault.EDITED, "tile/entries/001", 300)


def test_entries_in_another_order_are_named() -> None:
    def swap(entries: list[bytes]) -> None:
        entries[10], entries[20] = entries[20], entries[10]

    [finding] = audit(tampered(swap)).findings
    assert (finding.fault, finding.first, finding.last) == (Fault.REORDERED, 266, 276)


def test_an_entry_that_was_taken_away_is_found() -> None:
    assert faults(tampered(lambda entries: entries.pop())) == {Fault.EDITED}


def test_a_tile_that_was_changed_is_told_from_an_entry_that_was() -> None:
    log = Log().grow(700)
    content = bytearray(log.files["tile/0/001"])
    content[0] ^= 1
    log.files["tile/0/001"] = bytes(content)
    found = {(each.fault, each.where) for each in audit(log).findings}
    assert (Fault.TILE, "tile/0/001") in found
    assert Fault.EDITED not in {fault for fault, _ in found}


def test_a_tile_above_that_was_changed_is_found() -> None:
    log = Log().grow(700)
    content = bytearray(log.files["tile/1/000.p/2"])
    content[40] ^= 1
    log.files["tile/1/000.p/2"] = bytes(content)
    [finding] = audit(log).findings
    assert (finding.fault, finding.where) == (Fault.TILE, "tile/1/000.p/2")


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/001", "tile/entries/002.p/188", "tile/1/000.p/2"])
def test_a_file_that_is_not_served_is_found(path: str) -> None:
    log = Log().grow(700)
    del log.files[path]
    [finding] = audit(log).findings
    assert (finding.fault, finding.where) == (Fault.MISSING, path)


def test_a_checkpoint_that_another_key_signed_is_not_believed() -> None:
    assert faults(Log(signer=signer(seed=7)).grow(5)) == {Fault.SIGNATURE}


@pytest.mark.parametrize("content", [b"", b"checkpoint\n", "article6/GHA01\nx\n\n— a AAAAAAAA\n".encode()])
def test_what_is_no_checkpoint_is_not_believed(content: bytes) -> None:
    log = Log().grow(5)
    log.files["checkpoint"] = content
    [found] = faults(log)
    assert found in (Fault.CHECKPOINT, Fault.SIGNATURE)


# --- A registry that rewrites its history, and signs


def test_an_edit_that_was_signed_anew_is_a_fork() -> None:
    since = Log().grow(700).checkpoint
    forked = Log().grow(700)
    forked.entries[300] = entry(9_999)
    assert faults(forked.publish()) == set()  # nobody who sees it for the first time can know
    assert faults(forked, since) == {Fault.FORKED}
    assert faults(forked.grow(100), since) == {Fault.FORKED}


def test_leaves_that_were_reordered_and_signed_anew_are_a_fork() -> None:
    since = Log().grow(700).checkpoint
    forked = Log().grow(700)
    forked.entries[3], forked.entries[600] = forked.entries[600], forked.entries[3]
    assert faults(forked.publish().grow(1), since) == {Fault.FORKED}


def test_a_log_that_became_shorter_is_named() -> None:
    since = Log().grow(700).checkpoint
    assert faults(Log().grow(699), since) == {Fault.TRUNCATED}


def test_old_tiles_under_a_new_root_are_found() -> None:
    honest, forked = Log().grow(700), Log().grow(700)
    forked.entries[300] = entry(9_999)
    honest.files["checkpoint"] = forked.publish().files["checkpoint"]
    assert Fault.ROOT in faults(honest)


def test_two_signed_roots_of_one_size_are_a_fork() -> None:
    log = Log().grow(700)
    since = log.checkpoint
    forked = Log().grow(700)
    forked.entries[300] = entry(9_999)
    log.files["checkpoint"] = forked.publish().files["checkpoint"]
    assert faults(log, since) == {Fault.FORKED}


def test_one_subject_in_two_leaves_is_found() -> None:
    log = Log().grow(10)
    log.entries.append(log.entries[4])
    [finding] = audit(log.publish()).findings
    assert (finding.fault, finding.first, finding.last) == (Fault.REPEATED, 4, 10)


def test_a_leaf_of_another_form_is_found() -> None:
    log = Log().grow(10)
    log.entries.append(b"anything")
    assert faults(log.publish()) == {Fault.LEAF}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_byte_of_a_served_log_can_change_unseen(data: st.DataObject) -> None:
    log = Log().grow(600)
    path = data.draw(st.sampled_from(sorted(log.files)))
    content = bytearray(log.files[path])
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    log.files[path] = bytes(content)
    assert not audit(log).is_clean


# --- In parts


def test_an_audit_goes_on_where_it_ended() -> None:
    log, state, read = Log().grow(1_000), State(ORIGIN), 0
    for _turn in range(20):
        report = auditing.audit(log, LOG.verifier, state, at_most=90)
        assert report.is_clean
        read += report.until - report.first
        state = auditing.state_from_json(json.loads(json.dumps(report.state.as_json())))
        log.grow(10)
        if report.is_whole:
            break
    assert report.is_whole
    assert read == report.until > 1_000
    assert state.checkpoint == report.note


def test_an_audit_in_parts_finds_what_was_changed_behind_it() -> None:
    log = Log().grow(1_000)
    state = auditing.audit(log, LOG.verifier, at_most=500).state
    log.entries[7] = entry(9_999)
    report = auditing.audit(log.publish(), LOG.verifier, state)
    assert {each.fault for each in report.findings} == {Fault.FORKED}
    assert report.state == state  # what was found wrong is not gone on from


@pytest.mark.parametrize("value", [None, {}, {"origin": "a", "size": 3, "edge": [], "checkpoint": ""},
                                   {"origin": "a", "size": 1, "edge": ["?"], "checkpoint": ""}])  # fmt: skip
def test_what_is_no_state_is_refused(value: object) -> None:
    with pytest.raises(MalformedNote):
        auditing.state_from_json(value)


def test_every_fault_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Fault)
    assert tree.HASH_BYTES == 32
