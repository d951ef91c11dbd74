"""XML requests become what the same request is in JSON; tricks with XML are refused (zencoder-api 1.3)."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepcoder.dialects.zencoder.plurals import singular
from stepcoder.dialects.zencoder.xml import rendered
from stepcoder.dialects.zencoder.xml_reading import hash_of
from stepcoder.errors import MalformedBody


def request(inside: str) -> dict[str, Any]:
    return hash_of(f"<api-request>{inside}</api-request>".encode())


def test_a_whole_request_of_the_older_java_client() -> None:
    """The shape of bitzeche's zencoder-java: everything is text, some lists have a type and some have not."""
    body = b"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
    <api-request>
      <input>https://media.example.org/in.mov?a=1&amp;b=2</input>
      <download_connections>5</download_connections>
      <test>1</test>
      <notifications type="array">
        <notification><format>xml</format><headers><X-Token>a-b</X-Token></headers><url>https://h.example/</url></notification>
      </notifications>
      <outputs type="array">
        <output>
          <label>web</label><width>480</width><upscale>0</upscale><video_bitrate>500</video_bitrate>
          <thumbnails><times><number>1</number><number>2</number></times><base_url>s3://b/t/</base_url></thumbnails>
          <thumbnails><number>3</number><label>few</label></thumbnails>
          <access-controls>
            <access_control>
              <grantee>me@example.org</grantee>
              <permissions><permission>READ</permission><permission>READ_ACP</permission></permissions>
            </access_control>
          </access-controls>
          <headers><x-amz-meta-a>1</x-amz-meta-a></headers>
        </output>
      </outputs>
      <api_key>0123456789abcdef</api_key>
    </api-request>"""
    assert hash_of(body) == {
        "input": "https://media.example.org/in.mov?a=1&b=2",
        "download_connections": "5",
        "test": "1",
        "notifications": [{"format": "xml", "headers": {"X-Token": "a-b"}, "url": "https://h.example/"}],
        "outputs": [
            {
                "label": "web",
                "width": "480",
                "upscale": "0",
                "video_bitrate": "500",
                "thumbnails": [{"times": ["1", "2"], "base_url": "s3://b/t/"}, {"number": "3", "label": "few"}],
                "access_control": [{"grantee": "me@example.org", "permission": ["READ", "READ_ACP"]}],
                "headers": {"x-amz-meta-a": "1"},
            }
        ],
        "api_key": "0123456789abcdef",
    }


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("", {}),
        ("<output><label>a</label></output>", {"output": {"label": "a"}}),
        ("<output><label>a</label></output><output/>", {"output": [{"label": "a"}, ""]}),
        ("<outputs><output><label>a</label></output></outputs>", {"outputs": [{"label": "a"}]}),
        ("<outputs><output/><output/></outputs>", {"outputs": ["", ""]}),
        ("<outputs><label>a</label><width>2</width></outputs>", {"outputs": {"label": "a", "width": "2"}}),
        ("<outputs><label>a</label></outputs>", {"outputs": {"label": "a"}}),
        ('<outputs type="array"/>', {"outputs": []}),
        ('<outputs type="array">\n</outputs>', {"outputs": []}),
        ('<outputs type="array"><anything>x</anything></outputs>', {"outputs": ["x"]}),
        ("<output><notification>a</notification><notification>b</notification></output>",
         {"output": {"notification": ["a", "b"]}}),
        ("<thumbnails><number>4</number></thumbnails>", {"thumbnails": {"number": "4"}}),
        ("<times><number>4</number></times>", {"times": ["4"]}),
        ("<streams><stream><path>a</path></stream></streams>", {"streams": [{"path": "a"}]}),
        ("<access_control><access_control><grantee>x</grantee></access_control></access_control>",
         {"access_control": [{"grantee": "x"}]}),
        ("<headers><A-b>1</A-b><A-b>2</A-b></headers>", {"headers": {"A-b": ["1", "2"]}}),
        ("<api-key>k</api-key><pass-through>p</pass-through>", {"api_key": "k", "pass_through": "p"}),
        ("<pass_through><![CDATA[<a> & b]]></pass_through>", {"pass_through": "<a> & b"}),
        ("<pass_through>&#233;&lt;&quot;&apos;</pass_through>", {"pass_through": "é<\"'"}),
        ("<pass_through> kept </pass_through>", {"pass_through": " kept "}),
        ("text is no member<a>1</a>nor here", {"a": "1"}),
        ("<!-- no member --><a>1</a><?no member?>", {"a": "1"}),
        ('<a xmlns="urn:x">1</a>', {"a": "1"}),
        ('<a xmlns:i="urn:i" i:nil="true">1</a>', {"a": None}),
        ('<label nil="true"/>', {"label": None}),
        ('<label nil="false">x</label>', {"label": "x"}),
        ('<width type="integer"> 480 </width>', {"width": 480}),
        ('<width type="integer">wide</width>', {"width": "wide"}),
        ('<width type="integer">' + "9" * 5000 + "</width>", {"width": "9" * 5000}),
        ('<rate type="float">29.97</rate>', {"rate": 29.97}),
        ('<rate type="decimal">1e999</rate>', {"rate": "1e999"}),
        ('<test type="boolean">true</test>', {"test": True}),
        ('<test type="boolean">0</test>', {"test": False}),
        ('<test type="boolean">perhaps</test>', {"test": "perhaps"}),
        ('<a type="yaml">--- 1</a>', {"a": "--- 1"}),
        ('<a type="symbol">b</a>', {"a": "b"}),
        ('<a type="integer"><b>1</b></a>', {"a": {"b": "1"}}),
    ],
)  # fmt: skip
def test_elements_become_members(inside: str, expected: dict[str, Any]) -> None:
    assert request(inside) == expected


@pytest.mark.parametrize("root", ["api-request", "api_request"])
def test_the_root_may_have_an_underscore(root: str) -> None:
    assert hash_of(f"<{root}><a>1</a></{root}>".encode()) == {"a": "1"}


@pytest.mark.parametrize("root", ["api-response", "request", "hash", "html"])
def test_another_root_is_refused(root: str) -> None:
    with pytest.raises(MalformedBody, match="must be <api-request>"):
        hash_of(f"<{root}/>".encode())


@pytest.mark.parametrize(
    ("content", "label"),
    [
        ("<api-request><label>é</label></api-request>".encode(), "é"),
        ("\ufeff<api-request><label>é</label></api-request>".encode(), "é"),
        (
            "<?xml version='1.0' encoding='iso-8859-1'?><api-request><label>é</label></api-request>".encode("latin-1"),
            "é",
        ),
        # The gateway decoded it and left the declaration as it was.
        ("<?xml version='1.0' encoding='iso-8859-1'?><api-request><label>é</label></api-request>".encode(), "é"),
        ("<?xml version='1.0' encoding='utf-16'?><api-request><label>é</label></api-request>".encode("utf-16"), "é"),
        (b"\r\n  <?xml version='1.0'?><api-request><label>e</label></api-request>", "e"),
    ],
)
def test_encodings_are_those_of_xml(content: bytes, label: str) -> None:
    assert hash_of(content) == {"label": label}


BROKEN = [
    b"<",
    b"<api-request>",
    b"<api-request></api_request>",
    b"<api-request><a></b></api-request>",
    b"<api-request>&nbsp;</api-request>",
    b"<api-request>&#0;</api-request>",
    b"<api-request/><api-request/>",
    b"<api-request a='1' a='2'/>",
    b"<api-request>\x00</api-request>",
    b"<api-request>\xff</api-request>",
    b"<?xml version='1.0' encoding='nonsense'?><api-request>\xff</api-request>",
    b"<?xml version='1.0' encoding='big5'?><api-request>\xff</api-request>",
    b"<x:api-request/>",
    b"plain",
    b"",
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_broken_xml_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(MalformedBody) as refused:
        hash_of(content)
    assert refused.value.messages == ["The body of the request is not valid XML."]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
TRICKS = [
    f"<!DOCTYPE api-request [{LAUGHS}]><api-request><input>&l9;</input></api-request>",
    '<!DOCTYPE api-request [<!ENTITY a SYSTEM "file:///etc/passwd">]><api-request><input>&a;</input></api-request>',
    '<!DOCTYPE api-request [<!ENTITY % a SYSTEM "http://169.254.169.254/">%a;]><api-request/>',
    '<!DOCTYPE api-request SYSTEM "http://media.example/a.dtd"><api-request/>',
    "<!DOCTYPE api-request><api-request/>",
]


@pytest.mark.parametrize("content", TRICKS, ids=range(len(TRICKS)))
def test_document_types_and_entities_are_refused(content: str) -> None:
    with pytest.raises(MalformedBody, match="must not have a document type"):
        hash_of(content.encode())


@pytest.mark.parametrize(
    "content",
    [
        b"<api-request>" + b"<a>" * 100 + b"</a>" * 100 + b"</api-request>",
        b"<api-request>" + b"<a>" * 150_000,
        b"<api-request>" + b"<a/>" * 200_000 + b"</api-request>",
    ],
)
def test_depth_and_number_of_elements_are_bounded(content: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(MalformedBody, match="nested too deeply or has too many elements"):
        hash_of(content)
    assert time.monotonic() - began < 5


def test_sixty_levels_are_not_too_deep() -> None:
    assert request("<a>" * 60 + "</a>" * 60)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_hash_or_refused(content: bytes) -> None:
    for body in (content, b"<api-request>" + content + b"</api-request>"):
        try:
            assert isinstance(hash_of(body), dict)
        except MalformedBody as refused:
            assert refused.messages[0].endswith(".")


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,7}(_[a-z]{2,6})?", fullmatch=True).filter(
    lambda name: name not in ("headers", "access_controls", "permissions")
)
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=20)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(-1e15, 1e15, allow_nan=False).filter(lambda number: number == float(f"{number:.10f}"))
    | PLAIN
)


def hashes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(NAMES, inner, min_size=2, max_size=4)


VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | hashes(inner), max_leaves=15)


def told_apart(value: Any) -> bool:
    """XML has one form for a hash with only a member of its own singular name, and for a list of one."""
    if isinstance(value, dict):
        return all(
            told_apart(each) and not (isinstance(each, dict) and {singular(name), name} >= set(each))
            for name, each in value.items()
        )
    return all(told_apart(each) for each in value) if isinstance(value, list) else True


@settings(max_examples=300)
@given(hashes(VALUES).filter(told_apart))
def test_a_request_written_by_the_rules_reads_back(body: dict[str, Any]) -> None:
    assert hash_of(rendered(body, "api-request").encode()) == json.loads(json.dumps(body))
