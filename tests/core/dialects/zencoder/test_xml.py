"""XML answers: Rails' types and names, whatever the document holds well-formed (zencoder-api 1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.dialects.zencoder.plurals import singular
from stepcoder.dialects.zencoder.xml import rendered

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def parsed(document: object, root: str = "api-response") -> Element:
    text = rendered(document, root)
    assert text.isascii()
    return ElementTree.fromstring(text.encode())


def test_the_create_answer_is_byte_for_byte_what_clients_read() -> None:
    document = {"test": True, "id": 910000001, "outputs": [{"id": 920000001, "label": None, "url": "http://b/a&b.mp4"}]}
    assert rendered({"job": document}) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<api-response>\n"
        "  <job>\n"
        '    <test type="boolean">true</test>\n'
        '    <id type="integer">910000001</id>\n'
        '    <outputs type="array">\n'
        "      <output>\n"
        '        <id type="integer">920000001</id>\n'
        '        <label nil="true"/>\n'
        "        <url>http://b/a&amp;b.mp4</url>\n"
        "      </output>\n"
        "    </outputs>\n"
        "  </job>\n"
        "</api-response>\n"
    )


def test_progress_is_directly_under_the_root() -> None:
    tree = parsed({"state": "processing", "progress": 37.42, "outputs": [{"id": 1, "state": "waiting"}]})
    assert (tree.tag, tree.findtext("state")) == ("api-response", "processing")
    assert tree.find("progress").attrib == {"type": "float"}  # type: ignore[union-attr]
    assert tree.findtext("outputs/output/state") == "waiting"


def test_errors_are_an_array_of_error() -> None:
    assert rendered({"errors": ["One.", "Two."]}).splitlines()[1:] == [
        "<api-response>",
        '  <errors type="array">',
        "    <error>One.</error>",
        "    <error>Two.</error>",
        "  </errors>",
        "</api-response>",
    ]


def test_a_list_of_jobs_is_not_wrapped_twice() -> None:
    jobs = [{"job": {"id": 2}}, {"job": {"id": 1}}]
    under_a_name = parsed({"jobs": jobs})
    assert [job.text for job in under_a_name.findall("jobs/job/id")] == ["2", "1"]
    assert under_a_name.find("jobs").attrib == {"type": "array"}  # type: ignore[union-attr]
    alone = parsed(jobs)
    assert (alone.attrib, [job.text for job in alone.findall("job/id")]) == ({"type": "array"}, ["2", "1"])


def test_only_a_member_of_the_list_s_own_name_is_unwrapped() -> None:
    tree = parsed({"outputs": [{"job": {"id": 1}}, {"output": {"id": 2}}]})
    assert [each.text for each in tree.findall("outputs/output/job/id")] == ["1"]
    assert [each.text for each in tree.findall("outputs/output/id")] == ["2"]


@pytest.mark.parametrize(
    ("name", "value", "attributes", "text"),
    [
        ("id", 2**40, {"type": "integer"}, str(2**40)),
        ("test", False, {"type": "boolean"}, "false"),
        ("frame_rate", 25.0, {"type": "float"}, "25.0"),
        ("md5_checksum", None, {"nil": "true"}, None),
        ("channels", "2", {}, "2"),
        ("created_at", "2031-04-05T06:07:08Z", {"type": "datetime"}, "2031-04-05T06:07:08Z"),
        ("pass_through", "2031-04-05T06:07:08Z", {}, "2031-04-05T06:07:08Z"),
        ("finished_at", "soon", {}, "soon"),
        ("collected_on", "2031-04-05", {"type": "date"}, "2031-04-05"),
        ("thumbnails", [], {"type": "array"}, None),
        ("statistics", {}, {}, None),
        ("pass_through", "a\tb\r\n<c> & \"d\" 'e' ]]>", {}, "a\tb\r\n<c> & \"d\" 'e' ]]>"),
        (
            "pass_through",
            "nul\x00 bell\x07 half\ud800 none\ufffe all\U0001f600é",
            {},
            "nul bell half none all\U0001f600é",
        ),
    ],
)
def test_values_have_types_and_survive(name: str, value: object, attributes: dict[str, str], text: str | None) -> None:
    (element,) = parsed({name: value})
    assert (element.tag, element.attrib, element.text) == (name, attributes, text)


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("outputs", "output"),
        ("output_media_files", "output_media_file"),
        ("thumbnails", "thumbnail"),
        ("images", "image"),
        ("errors", "error"),
        ("jobs", "job"),
        ("statistics", "statistic"),
        ("notifications", "notification"),
        ("warnings", "warning"),
        ("keys", "key"),
        ("credentials", "credential"),
        ("deliveries", "delivery"),
        ("watermarks", "watermark"),
        ("streams", "stream"),
        ("times", "number"),
        ("hashes", "hash"),
        ("boxes", "box"),
        ("addresses", "address"),
        ("status", "status"),
        ("access", "access"),
        ("analysis", "analysis"),
        ("media", "media"),
        ("access_control", "access_control"),
    ],
)
def test_members_are_named_in_the_singular(plural: str, one: str) -> None:
    assert singular(plural) == one
    assert [child.tag for child in parsed({plural: [1]})[0]] == [one]


def test_another_root_may_be_named() -> None:
    assert parsed({"job": {"id": 1}}, "notification").tag == "notification"


@pytest.mark.parametrize("name", ["", "1st", "a b", "é", "a:b", "<", "-a", ".", "xml", "\x00", "a\ud800"])
def test_any_name_becomes_an_element(name: str) -> None:
    assert len(parsed({name: 1})) == 1


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec=None)), inner, max_size=4),
    max_leaves=20,
)


@given(ANY_JSON)
def test_any_document_is_well_formed(document: Any) -> None:
    tree = parsed(document)
    assert tree.tag == "api-response"
    if isinstance(document, dict):
        assert len(tree) == len(document)
