"""The mechanism registry's acts: issuance with its shares, forwarding, later authorization. Each is all or nothing."""

from article6.services.mechanism.acts import Act, Instruction, Part, begun_anew
from article6.services.mechanism.forwarding import forward
from article6.services.mechanism.issuing import NewA64, Vintage, issue_a64
from article6.services.mechanism.later import authorize_later

__all__ = [
    "Act", "Instruction", "NewA64", "Part", "Vintage", "authorize_later", "begun_anew", "forward", "issue_a64",
]  # fmt: skip
