"""By what right a registry gives units that another one issued: an unbroken chain of signed completions.

A completion (`transfer.completed`) is the sender's signed word "these serials are yours from this moment". A chain
starts with the word of the registry that issued the units, each next one is the word of the registry that the one
before names, and the last one names the registry that now proposes. What the originating registry gives itself needs no
chain. A chain proves that its holder once held the units; that it has not given them to somebody else since is checked
against the completions that this registry signed itself, and is otherwise the giver's word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from article6.exchange.books import Books, Memory, Side, Transfer
from article6.exchange.facts import Proposed, Serials, UnitBlock
from article6.exchange.keys import digest
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.titles import Title, facts_digest, read_title

CHAIN_LIMIT = 100
"""Completions in the chain of a block, at most; the schema of a proposal has the same."""

# What we give: chains are built -------------------------------------------------------------------------------------


def with_chains(proposed: Proposed, books: Memory) -> Proposed:
    """The proposal with the chain of every block, blocks split where parts of them came by different transfers.

    Raises:
        Rejected: units of another registry's series for which no completion is kept here, or too long a chain.
    """
    blocks: list[UnitBlock] = []
    evidence: dict[str, str] = {}
    for block in proposed.blocks:
        for serials, title in _titles(block.serials, books):
            chain = _chain(serials, title) if title else {}
            if len(chain) > CHAIN_LIMIT:
                detail = f"came by more than {CHAIN_LIMIT} transfers; they have to go home to {serials.registry} first"
                raise Rejected(Objection(Problem.PROVENANCE_BROKEN, str(serials), detail))
            evidence |= chain
            blocks.append(replace(block, serials=serials, provenance=tuple(chain)))
    return replace(proposed, blocks=tuple(blocks), evidence=tuple(evidence.values()))


def _titles(serials: Serials, books: Memory) -> Iterator[tuple[Serials, Transfer | None]]:
    """The parts of a block in serial order, each with the newest transfer by which it came."""
    if serials.registry == books.code:
        yield serials, None
        return
    found: list[tuple[Serials, Transfer]] = []
    missing = [serials]
    for transfer in books.moved(serials, Side.ACQUIRER):
        for block in transfer.proposed.blocks:
            for hole in list(missing):
                if common := overlap(hole, block.serials):
                    found.append((common, transfer))
                    missing.remove(hole)
                    missing.extend(without(hole, common))
    if missing:
        raise Rejected(*(Objection(Problem.PROVENANCE_BROKEN, str(each), "no completion is kept") for each in missing))
    yield from sorted(found, key=lambda pair: pair[0])


def _chain(serials: Serials, title: Transfer) -> dict[str, str]:
    """Completions by digest, oldest first: those that came with the proposal, and the one that completed it."""
    by_digest = {digest(each): each for each in title.proposed.evidence}
    block = next(each for each in title.proposed.blocks if overlap(each.serials, serials))
    chain = {name: by_digest[name] for name in block.provenance}
    return {**chain, digest(title.completion): title.completion}


# What we are offered: chains are judged -----------------------------------------------------------------------------


def objections(proposed: Proposed, giver: str, books: Books) -> list[Objection]:
    """What is wrong with the chains of a proposal from `giver`, by block."""
    problems: list[Objection] = []
    titles: dict[str, Title] = {}
    for jws in proposed.evidence:
        try:
            title = read_title(jws, books)
        except Rejected as rejected:
            problems.extend(rejected.objections)
        else:
            titles[digest(jws)] = title
    if problems:
        return problems
    named = {name for block in proposed.blocks for name in block.provenance}
    for name in sorted(titles.keys() - named):
        problems.append(Objection(Problem.PROVENANCE_BROKEN, name, "evidence that no block names"))
    for block in proposed.blocks:
        problems.extend(_against(block, giver, titles, books))
    return problems


def _against(block: UnitBlock, giver: str, titles: Mapping[str, Title], books: Books) -> list[Objection]:
    subject, origin = str(block.serials), block.serials.registry
    if origin == giver:
        if block.provenance:
            return [Objection(Problem.PROVENANCE_BROKEN, subject, "the originating registry needs no chain")]
        return []
    if not block.provenance:
        return [Objection(Problem.BLOCK_NOT_SENDERS, subject, f"{giver} shows no chain from {origin}")]
    chain = [titles[name] for name in block.provenance if name in titles]
    if len(chain) != len(block.provenance) or len(set(block.provenance)) != len(block.provenance):
        return [Objection(Problem.PROVENANCE_BROKEN, subject, "a completion is missing or stands twice")]
    if broken := _broken(block.serials, giver, chain):
        return [Objection(Problem.PROVENANCE_BROKEN, subject, broken)]
    if not all(_has_facts(each, block) for each in chain):
        return [Objection(Problem.BLOCK_FACTS_DIFFER, subject, "the batch is not the one that was given before")]
    if stale := _stale(block.serials, chain, books):
        return [Objection(Problem.BLOCK_NOT_SENDERS, subject, stale)]
    return []


def _broken(serials: Serials, giver: str, chain: Sequence[Title]) -> str:
    """Why the chain does not lead from the originating registry to the giver, '' where it does."""
    givers = [each.giver for each in chain]
    if givers[0] != serials.registry or serials.registry in givers[1:]:
        return f"it does not start at {serials.registry}"
    if [each.receiver for each in chain] != [*givers[1:], giver]:
        return f"it does not lead to {giver}"
    for each in chain:
        if not covers(each.serials, serials):
            return f"transfer {each.transfer_id} did not give all of these serials"
    return ""


def _has_facts(title: Title, block: UnitBlock) -> bool:
    """Whether the units were given with the same attributes of their batch."""
    own = facts_digest(block)
    pairs = zip(title.serials, title.facts, strict=True)
    return all(facts == own for serials, facts in pairs if overlap(serials, block.serials))


def _stale(serials: Serials, chain: Sequence[Title], books: Books) -> str:
    """Why a sound chain is one of the past, as far as this registry's own completions show it; '' where it is not."""
    is_origin = serials.registry == books.code
    if is_origin and books.stands_with(serials) != chain[0].receiver:
        return f"they do not stand with {chain[0].receiver}"
    ours = [each.message_id for each in chain if each.giver == books.code]
    for given in books.moved(serials, Side.SENDER):
        if ours and ours[-1] == given.completion_message_id:
            return ""
        if is_origin or ours or not _is_newer(chain[0], serials, given, books):
            return f"they were given to {given.peer} by transfer {given.id} since"
    return ""


def _is_newer(root: Title, serials: Serials, given: Transfer, books: Books) -> bool:
    """Whether the originating registry gave these units anew after the giving on whose chain we gave them on."""
    block = next(each for each in given.proposed.blocks if overlap(each.serials, serials))
    by_digest = {digest(each): each for each in given.proposed.evidence}
    before = read_title(by_digest[block.provenance[0]], books)
    return root.completed_at > before.completed_at


# Ranges -------------------------------------------------------------------------------------------------------------


def overlap(one: Serials, other: Serials) -> Serials | None:
    """The serials that two ranges share."""
    first, last = max(one.first, other.first), min(one.last, other.last)
    is_same_series = (one.registry, one.party) == (other.registry, other.party)
    return Serials(one.registry, one.party, first, last) if is_same_series and first <= last else None


def without(whole: Serials, part: Serials) -> list[Serials]:
    """What is left of a range when a part within it is taken away."""
    before = Serials(whole.registry, whole.party, whole.first, part.first - 1)
    after = Serials(whole.registry, whole.party, part.last + 1, whole.last)
    return [each for each in (before, after) if each.count > 0]


def covers(ranges: Sequence[Serials], serials: Serials) -> bool:
    """Whether all of the serials lie in these ranges."""
    missing = [serials]
    for each in ranges:
        for hole in list(missing):
            if common := overlap(hole, each):
                missing.remove(hole)
                missing.extend(without(hole, common))
    return not missing


def repeated(blocks: Sequence[UnitBlock]) -> Iterator[Serials]:
    """Blocks that share a serial with another one of the same proposal."""
    ordered = sorted(block.serials for block in blocks)
    for before, this in pairwise(ordered):
        if overlap(before, this):
            yield this
