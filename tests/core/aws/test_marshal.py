from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.aws.marshal import from_attribute, from_item, to_attribute, to_item

_plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text() | st.binary() | st.floats(-1e100, 1e100),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(min_size=1), _plain, max_size=5))
def test_what_is_stored_comes_back_equal(item):
    assert from_item(to_item(item)) == item


def test_numbers_are_int_where_whole_and_never_decimal():
    assert to_attribute(25.5) == {"N": "25.5"}
    for text, value, kind in (("25", 25, int), ("-3", -3, int), ("25.5", 25.5, float), ("1E+2", 100, int)):
        number = from_attribute({"N": text})
        assert (number, type(number)) == (value, kind)


def test_truth_is_not_a_number():
    assert to_attribute(True) == {"BOOL": True}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Fraction(1, 3), object(), {1, 2}])
def test_what_the_table_cannot_hold_is_refused(value):
    with pytest.raises(TypeError, match="can't hold"):
        to_attribute(value)
