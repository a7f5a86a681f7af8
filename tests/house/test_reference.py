"""The generated reference pages say what the code's tables say."""

import generate
import pytest


@pytest.mark.parametrize("name", generate.pages())
def test_the_page_is_as_the_code_has_it(name: str) -> None:
    written = (generate.REFERENCE / name).read_text(encoding="utf-8")
    assert written == generate.pages()[name], "run `make docs`"
