"""The dictionary is consistent, and its document is what it says."""

from __future__ import annotations

import pytest

from hccviz.domain import dictionary, vocabulary
from hccviz.domain.filters import VIEW_KEYS, column_address


def test_the_document_is_made_from_the_dictionary() -> None:
    assert dictionary.DOCUMENT.read_text("utf-8") == dictionary.document()


@pytest.mark.parametrize("variable", vocabulary.variables().values(), ids=lambda v: v.name)
def test_a_variable_is_complete(variable: vocabulary.Variable) -> None:
    assert variable.name == variable.name.lower()
    assert variable.description.endswith(".")
    assert variable.section in vocabulary.sections()
    assert variable.address not in VIEW_KEYS
    codes = variable.codes()
    assert len(set(codes)) == len(codes)
    if variable.kind in ("ordered", "category") and variable.name != "study":
        assert codes
    if variable.low is not None and variable.high is not None:
        assert variable.low < variable.high


def test_synonyms_name_one_variable_only() -> None:
    seen: dict[str, str] = {}
    for variable in vocabulary.variables().values():
        for word in variable.synonyms:
            assert word not in seen, f"{word}: {seen.get(word)} and {variable.name}"
            seen[word] = variable.name


def test_patterns_are_recognised() -> None:
    assert vocabulary.lookup("tox_acute_nausea").label == "Nausea (acute)"
    assert vocabulary.lookup("tox_acute_strange_thing").label == "Strange thing (acute)"
    assert (
        vocabulary.lookup("response_recist11_outfield").label == "Response by RECIST 1.1, out-field"
    )
    assert vocabulary.lookup("my_column") is None
    assert vocabulary.endpoint_part("os_months") == ("os", "months")
    assert vocabulary.endpoint_part("age_years") is None


@pytest.mark.parametrize("name", ["by", "cohort", "a.sex", "col.x", "view", "ab"])
def test_an_own_column_cannot_hide_a_key_of_the_address(name: str) -> None:
    assert column_address(name) == f"col.{name}"
