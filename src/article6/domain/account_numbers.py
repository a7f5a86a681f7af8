"""Account numbers in the form that Kyoto registries used, with check digits: `CHE01-100-1001-0-90`.

The parts are registry, account type, number of the account in its registry, commitment period (0: none) and
check digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SHAPE = re.compile(r"([A-Z0-9]{2,8})-([0-9]{3})-([1-9][0-9]{0,14})-([0-9]{1,2})-([0-9]{1,2})")
_REGISTRY = re.compile(r"[A-Z0-9]{2,8}")
_EXAMPLE = "GB-100-1001-1-89"
# The United Kingdom's Kyoto accounts carry GB, but every published check pair of theirs is that of the
# letters UK.
_CHECKED_AS = {"GB": "UK"}


@dataclass(frozen=True, slots=True, order=True)
class AccountNumber:
    """The public number of an account; `period` 0 means that the account belongs to no commitment period.

    Raises:
        ValueError: a part is out of its range; the sentence says which and what is allowed.
    """

    registry: str
    account_type: int
    identifier: int
    period: int = 0

    def __post_init__(self) -> None:
        if not _REGISTRY.fullmatch(self.registry):
            raise ValueError(
                f"Registry code {self.registry!r}: give 2 to 8 capital letters and digits, for example CHE01."
            )
        if not 100 <= self.account_type <= 999:
            raise ValueError(f"Account type {self.account_type}: give the three digits of the type, for example 100.")
        if not 1 <= self.identifier <= 999_999_999_999_999:
            raise ValueError(f"Account identifier {self.identifier}: give a whole number of 1 to 15 digits, from 1.")
        if not 0 <= self.period <= 99:
            raise ValueError(f"Period {self.period}: give the commitment period, 1 to 99, or 0 where there is none.")

    @property
    def check_digits(self) -> int:
        """Check digits, 2 to 98: 98 - (N mod 97).

        N is the digits of the identifier, the registry with A = 10 to Z = 35, the type in three digits, the
        period in two, "00".

        Source: the United Kingdom emissions trading registry's accounts, a client of the international
        transaction log.
        """
        registry = _CHECKED_AS.get(self.registry, self.registry)
        letters = "".join(str(int(character, 36)) for character in registry)
        return 98 - int(f"{self.identifier}{letters}{self.account_type:03d}{self.period:02d}00") % 97

    def render(self) -> str:
        """The number as people write it; check digits below ten have one digit, as in the public examples."""
        return f"{self.registry}-{self.account_type}-{self.identifier}-{self.period}-{self.check_digits}"

    def __str__(self) -> str:
        return self.render()

    @classmethod
    def parse(cls, text: str) -> AccountNumber:
        """Read what `render` writes; blanks around it and small letters are allowed.

        Raises:
            ValueError: not of this shape, or the check digits do not fit (usually a mistyped digit).
        """
        found = _SHAPE.fullmatch(text.strip().upper())
        if found is None:
            raise ValueError(
                f"{text!r} is not an account number. Write registry, type, identifier, period and check "
                f"digits with hyphens, for example {_EXAMPLE}."
            )
        registry, account_type, identifier, period, check = found.groups()
        number = cls(registry, int(account_type), int(identifier), int(period))
        if int(check) != number.check_digits:
            raise ValueError(
                f"The check digits of {text!r} do not fit the rest of the number. "
                "Compare it with the original, digit by digit."
            )
        return number
