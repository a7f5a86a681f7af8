"""The chain of a log's keys: what follows, what does not, and what certificates and audits make of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from transparency.certified import certificate, proof, statement
from transparency.logs import LOG, ORIGIN, Log, secret, signer

from article6.transparency import auditing, certificates, checkpoints, key_files, leaves, log_keys, proofs, tree
from article6.transparency.audit_findings import Fault
from article6.transparency.auditing import State
from article6.transparency.certificates import CertificateWrong, Flaw
from article6.transparency.leaves import Content, Kind
from article6.transparency.log_keys import Keys, NotAnnounced
from article6.transparency.notes import MalformedNote, Signer, Untrusted
from article6.transparency.witnessing import Doubt, Doubtful, Offer, judged

THEN = datetime(2026, 3, 1, 10, tzinfo=UTC)
SECOND, THIRD, THIEF = signer(seed=11), signer(seed=12), signer(seed=13)


def announced(old: Signer, new: Signer, at: datetime = THEN, days: int = 30) -> str:
    return str(log_keys.announce(old, new, at, at + timedelta(days=days)))


FIRST_TO_SECOND = announced(LOG, SECOND)
SECOND_TO_THIRD = announced(SECOND, THIRD, THEN + timedelta(days=300))
CHAIN = [FIRST_TO_SECOND, SECOND_TO_THIRD]


def verifiers(*signers: Signer) -> tuple[object, ...]:
    return tuple(each.verifier for each in signers)


# --- The chain


@pytest.mark.parametrize("anchor", [LOG, SECOND, THIRD])
def test_whoever_trusts_one_key_finds_the_others_in_whatever_order_they_are_told(anchor: Signer) -> None:
    for told in (CHAIN, CHAIN[::-1], CHAIN * 2):
        found = log_keys.followed(anchor.verifier, told)
        assert found.verifiers == verifiers(LOG, SECOND, THIRD)
        assert found.newest == THIRD.verifier
        assert found.retires_at(LOG.verifier) == THEN + timedelta(days=30)
        assert found.retires_at(THIRD.verifier) is None


def test_a_key_alone_is_a_chain() -> None:
    assert log_keys.followed(LOG.verifier) == Keys((LOG.verifier,)) == log_keys.of(LOG.verifier)


@pytest.mark.parametrize(
    ("anchor", "told"),
    [
        (THIEF, CHAIN),  # a key that nobody announced
        (LOG, [FIRST_TO_SECOND, announced(LOG, THIEF)]),  # two successors
        (LOG, [FIRST_TO_SECOND, announced(THIEF, SECOND)]),  # two predecessors
        (LOG, [FIRST_TO_SECOND, announced(THIEF, THIRD)]),  # a piece that hangs together with nothing
        (LOG, [SECOND_TO_THIRD]),
        (LOG, [FIRST_TO_SECOND, announced(SECOND, LOG)]),  # a ring
        (LOG, [FIRST_TO_SECOND, announced(SECOND, THIRD, THEN - timedelta(days=1))]),  # before it was a key itself
    ],
)
def test_what_is_no_chain_is_refused(anchor: Signer, told: list[str]) -> None:
    with pytest.raises(NotAnnounced):
        log_keys.followed(anchor.verifier, told)


def test_only_both_keys_together_announce() -> None:
    whole = FIRST_TO_SECOND.splitlines(keepends=True)
    old, new = [each for each in whole if each.startswith("—")]
    for gone in (old, new):
        with pytest.raises(Untrusted):
            log_keys.read(FIRST_TO_SECOND.replace(gone, ""))
    for place, line in enumerate(whole[:6]):
        changed = "".join([*whole[:place], line.replace("2", "3").replace("article6", "article7"), *whole[place + 1 :]])
        assert changed != FIRST_TO_SECOND
        with pytest.raises((Untrusted, MalformedNote)):
            log_keys.read(changed)


def test_an_announcement_is_of_one_log_and_of_its_signing_key() -> None:
    with pytest.raises(MalformedNote):
        log_keys.read(announced(LOG, signer("article6/CHE01", 5)))
    with pytest.raises(MalformedNote):
        log_keys.read(announced(LOG, LOG))
    with pytest.raises(MalformedNote):
        log_keys.read(announced(LOG, SECOND, days=-1))
    for text in (
        "",
        "x\n\n— x AAAA\n",
        str(checkpoints.sign(checkpoints.Checkpoint(ORIGIN, 0, bytes(32)), LOG)),
        "\ud800",
    ):
        with pytest.raises(MalformedNote):
            log_keys.read(text)


# --- Checkpoints and witnesses


def test_a_checkpoint_under_both_keys_is_believed_by_whoever_knows_one() -> None:
    note = checkpoints.sign(checkpoints.Checkpoint(ORIGIN, 0, tree.EMPTY_ROOT), SECOND)
    both = str(note.with_signatures([LOG.sign(note.text)])).encode()
    for known in (LOG.verifier, SECOND.verifier, log_keys.followed(LOG.verifier, CHAIN)):
        assert checkpoints.opened(both, known).cosigned == {}
    with pytest.raises(Untrusted):
        checkpoints.opened(both, THIEF.verifier)


def test_a_witness_follows_the_chain_and_does_not_believe_a_key_that_was_replaced() -> None:
    log = Log().grow(3)
    seen = log.checkpoint
    keys = log_keys.followed(LOG.verifier, [FIRST_TO_SECOND])
    log.grow(2)
    by_old = Offer(log.checkpoint, 3, tuple(tree.consistency_proof(3, 5, log.nodes())))
    with pytest.raises(Doubtful) as doubtful:
        judged(by_old, keys, seen)
    assert doubtful.value.doubt is Doubt.SIGNATURE
    log.signer = SECOND
    log.publish()
    by_new = Offer(log.checkpoint, 3, by_old.proof)
    assert judged(by_new, keys, seen).checkpoint.size == 5
    with pytest.raises(Doubtful):
        judged(by_new, LOG.verifier, seen)


# --- Certificates


def under(key: Signer, issued_at: str = "2026-03-02T12:00:00.000000Z", told: list[str] | None = None) -> dict[str, Any]:
    """A certificate under a key, whose proof is under the first one."""
    more = {"announcements": told} if told else {}
    return certificates.sealed({**statement(), "issued_at": issued_at, **more}, key)


def code(whole: object, *key: Signer, told: list[str] | None = None) -> str:
    with pytest.raises(CertificateWrong) as wrong:
        certificates.verify(whole, *(each.verifier for each in key), announced=told or ())
    return wrong.value.code


@pytest.mark.parametrize("given", [LOG, SECOND, THIRD])
def test_a_certificate_from_before_is_good_for_ever(given: Signer) -> None:
    found = certificates.verify(certificate(), given.verifier, announced=CHAIN)
    assert found.is_trusted
    assert found.key == LOG.verifier


@pytest.mark.parametrize("given", [LOG, SECOND])
def test_a_certificate_carries_the_way_to_its_key(given: Signer) -> None:
    assert certificates.verify(under(SECOND, told=[FIRST_TO_SECOND]), given.verifier).is_trusted
    later = under(SECOND, told=[FIRST_TO_SECOND])
    assert certificates.verify(later, THIRD.verifier, announced=CHAIN).is_trusted


def test_a_key_that_was_not_announced_makes_no_certificate() -> None:
    forged = proof("purpose", log=THIEF)
    by_thief = certificates.sealed(statement(forged), THIEF)
    assert code(by_thief, LOG) == Flaw.KEY
    assert code(by_thief, THIRD, told=CHAIN) == Flaw.KEY
    # Whoever gives the registry's announcements sees that the thief's is another one.
    with_own = certificates.sealed({**statement(forged), "announcements": [announced(THIEF, SECOND)]}, THIEF)
    assert code(with_own, THIRD, told=CHAIN) == Flaw.KEY
    stolen = certificates.sealed({**statement(), "announcements": [announced(LOG, THIEF)]}, THIEF)
    assert code(stolen, LOG, told=CHAIN) == Flaw.KEY
    assert code(under(SECOND), SECOND) == proofs.Wrong.SIGNATURE  # nothing leads to the key of the checkpoint


def test_a_key_that_retired_issues_nothing_more() -> None:
    retired = "2026-03-31T10:00:00.000000Z"
    assert certificates.verify(under(LOG, retired), LOG.verifier, announced=CHAIN).is_trusted
    assert code(under(LOG, "2026-03-31T10:00:00.000001Z"), LOG, told=CHAIN) == Flaw.RETIRED
    assert code(under(LOG, "2026-03-31"), LOG, told=CHAIN) == Flaw.FORMAT


@pytest.mark.parametrize(
    "told", [[], ["x"], [SECOND_TO_THIRD], "x", [7], None, [FIRST_TO_SECOND, announced(LOG, THIEF)]]
)
def test_announcements_that_are_none_are_no_part_of_a_certificate(told: object) -> None:
    assert code(certificates.sealed({**statement(), "announcements": told}, LOG)) == Flaw.FORMAT


# --- Audits


def announcing(log: Log, note: str, number: int) -> None:
    """Append the leaf that announces a key."""
    content = Content(Kind.LOG_KEY, str(number), {key_files.ANNOUNCEMENT: note})
    log.entries.append(leaves.leaf(ORIGIN, content, secret(number)).entry())


def published(log: Log, *told: tuple[int, str, int]) -> None:
    """Serve the announcements (number, note, position) with their proofs."""
    found = [
        proofs.prove(
            Content(Kind.LOG_KEY, str(number), {key_files.ANNOUNCEMENT: note}), secret(number), position,
            tree.inclusion_proof(position, len(log.entries), log.nodes()), log.checkpoint, (),
        )
        for number, note, position in told
    ]  # fmt: skip
    log.files["keys"] = json.dumps(key_files.as_json(found)).encode()


@pytest.fixture
def rotated() -> Log:
    log = Log().grow(300)
    announcing(log, FIRST_TO_SECOND, 1)
    log.signer = SECOND
    log.grow(10)
    published(log, (1, FIRST_TO_SECOND, 300))
    return log


@pytest.mark.parametrize("trusted", [LOG, SECOND])
def test_an_audit_follows_the_keys(rotated: Log, trusted: Signer) -> None:
    report = auditing.audit(rotated, trusted.verifier)
    assert report.findings == ()
    assert report.keys.verifiers == verifiers(LOG, SECOND)
    assert report.kinds["log_key"] == 1
    again = auditing.audit(rotated, LOG.verifier, auditing.state_from_json(report.state.as_json()))
    assert again.is_clean
    assert again.state.key == str(SECOND.verifier)


def test_a_checkpoint_from_before_the_new_key_is_continued(rotated: Log) -> None:
    before = Log().grow(200).checkpoint
    for trusted in (LOG, SECOND):
        report = auditing.audit(rotated, trusted.verifier, State(ORIGIN, checkpoint=before))
        assert (report.is_clean, report.since) == (True, 200)


def faults(log: Log, key: Signer = LOG) -> set[Fault]:
    return {each.fault for each in auditing.audit(log, key.verifier).findings}


def test_a_key_that_the_log_did_not_announce_is_found(rotated: Log) -> None:
    assert faults(rotated, THIEF) == {Fault.KEY}
    rotated.signer = THIEF
    rotated.publish()
    assert faults(rotated) == {Fault.SIGNATURE}
    rotated.signer = LOG  # the one that was replaced
    rotated.publish()
    assert faults(rotated) == {Fault.SIGNATURE}


def test_an_announcement_that_does_not_stand_in_the_log_is_found() -> None:
    log = Log().grow(20)
    log.signer = SECOND
    log.grow(2)
    other = Log(signer=SECOND).grow(21)
    announcing(other, FIRST_TO_SECOND, 1)
    other.publish()
    published(other, (1, FIRST_TO_SECOND, 21))
    log.files["keys"] = other.files["keys"]
    assert Fault.KEY in faults(log)


def test_a_key_that_the_log_keeps_to_itself_is_found(rotated: Log) -> None:
    announcing(rotated, SECOND_TO_THIRD, 2)
    rotated.publish()
    report = auditing.audit(rotated, LOG.verifier)
    assert [(each.fault, each.first) for each in report.findings] == [(Fault.KEY, 311)]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format":"article6.log-keys.v1","announcements":[7]}'])
def test_a_file_of_keys_that_is_none_is_found(rotated: Log, content: bytes) -> None:
    rotated.files["keys"] = content
    assert faults(rotated) == {Fault.KEY}


def test_a_log_that_announced_a_key_and_serves_no_announcements_is_found(rotated: Log) -> None:
    del rotated.files["keys"]
    assert faults(rotated) == {Fault.SIGNATURE}
    assert faults(rotated, SECOND) == {Fault.KEY}
