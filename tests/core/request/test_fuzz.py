"""Whatever JSON arrives: a request that survives storage, or sentences; never anything else."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepcoder.errors import InvalidRequest
from stepcoder.request.catalogue import MODELS, catalogue
from stepcoder.request.locations import resolve, resolve_thumbnails
from stepcoder.request.model import JobRequest
from stepcoder.request.precedence import settle
from stepcoder.request.setting import declared

# Any character, unpaired surrogates too: JSON may carry them.
TEXT = st.text(st.characters(codec=None), max_size=20)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXT
    | st.sampled_from(
        ["s3://bucket/a.mp4", "https://u:p@h.example/a?b=c", "a@b.example", "1280x720", "00:00:01.5", "auto", "1/3",
         "1e99", "segmented", "playlist", "m4f", "ts", "hls", 10**400, -(10**400), 1e300, 0.1, "web", "high"]
    )
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=8
)


def hashes_of(level: str, **nested: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A hash whose members carry the names of a level's settings, with any values."""
    names = sorted({entry.name for entry in catalogue() if entry.level == level} - set(nested))
    members = st.dictionaries(st.sampled_from(names), VALUES, max_size=6)
    inner = st.fixed_dictionaries({}, optional=nested)
    return st.builds(lambda plain, deep: {**plain, **deep}, members, inner) | VALUES


def lists_of(hashes: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return hashes | st.lists(hashes, max_size=3)


NOTIFICATIONS = lists_of(hashes_of("notifications"))
OUTPUTS = lists_of(
    hashes_of(
        "outputs",
        notifications=NOTIFICATIONS,
        thumbnails=lists_of(hashes_of("thumbnails")),
        streams=lists_of(hashes_of("streams")),
        watermarks=lists_of(hashes_of("watermarks")),
    )
)
BODIES = hashes_of("job", input=st.just("s3://bucket/in.mov") | SCALARS, outputs=OUTPUTS, notifications=NOTIFICATIONS)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BODIES)
def test_any_json_is_a_request_or_sentences(body: object) -> None:
    try:
        request = JobRequest.from_body(body)
    except InvalidRequest as refused:
        assert refused.messages
        assert all(message.isprintable() and len(message) < 500 for message in refused.messages)
        "\n".join(refused.messages).encode()
    else:
        check(request)


# One valid value or more for each setting, so that whole requests come out of their combinations.
GOOD: dict[str, list[Any]] = {
    "type": ["standard", "segmented"], "format": [None], "url": ["s3://bucket/dir/a.mp4"], "label": [None],
    "base_url": ["s3://bucket/dir"], "filename": ["a.mp4"], "size": ["640x360"], "resolution": ["640x360"],
    "path": ["a.m3u8"], "codecs": ["avc1.42c01e"], "prefix": ["still"], "pass_through": ["x", 5], "grouping": ["g"],
    "expected_md5_checksum": ["0123456789ABCDEF0123456789abcdef"], "secondary_url": ["s3://bucket/other/a.mp4"],
    "times": [[0, 1.5], 3], "headers": [{"x-amz-meta-a": "b"}], "azure_sas": ["sv=1&sig=2"],
    "package_filename": ["a.tar"], "package_format": ["zip"],
    "permission": ["READ", ["READ", "READ_ACP"]], "grantee": ["ada@example.org"],
    "source": [None], "skip_video": [False], "caption_url": [None],
    "x": [5, "-0", "2.5%", "centered"], "y": [-10, 0.4], "opacity": [0, "0.25", 1], "origin": ["frame"],
    "start_clip": [0, "1:30", 2.25], "clip_length": [1, "00:00:10.1"], "decryption_method": ["none"],
    "decryption_key": ["0x0123456789ABCDEF0123456789abcdef"], "decryption_key_url": ["https://u:p@h.example/key"],
}  # fmt: skip
NUMBERS = [
    1,
    2,
    "1",
    48000,
    44100,
    90,
    0.5,
    True,
    "true",
    "h264",
    "aac",
    "high",
    "main",
    "pad",
    "on",
    "jpg",
    "blur",
    "json",
]


def accepted(level: str) -> st.SearchStrategy[dict[str, Any]]:
    model = next(model for model in MODELS if model.level == level)
    members = {
        name: st.sampled_from(GOOD.get(name) or [value for value in (*NUMBERS, "hls") if reads(found.kind, value)])
        for name, found in declared(model).items()
        if found.kind is not None and name not in ("input", "strict")
    }
    required = {"path": members.pop("path"), "bandwidth": st.just(9)} if level == "streams" else {}
    if level == "watermarks":
        required = {"url": members.pop("url")}
    if level == "access_control":
        required = members
    return st.fixed_dictionaries(required, optional={k: v for k, v in members.items() if k not in required})


def reads(kind: Any, value: object) -> bool:
    try:
        kind.read(value)
    except ValueError:
        return False
    return True


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    accepted("job"),
    st.lists(
        st.tuples(
            accepted("outputs"),
            accepted("thumbnails"),
            accepted("streams"),
            accepted("watermarks"),
            accepted("access_control"),
        ),
        max_size=3,
    ),
)
def test_a_valid_request_survives_storage_and_settling(job: dict[str, Any], outputs: list[Any]) -> None:
    made = [
        {
            **apart(output, index),
            "thumbnails": {**stills, "access_control": [access]},
            "streams": [stream],
            "watermarks": mark,
            "access_control": access,
        }
        for index, (output, stills, stream, mark, access) in enumerate(outputs)
    ]
    check(JobRequest.from_body({"input": "s3://bucket/in.mov", **job, "outputs": made}))


def apart(output: dict[str, Any], index: int) -> dict[str, Any]:
    """The output in a directory of its own: two may not go to the same place."""
    return {
        name: value.replace("/dir", f"/dir-{index}") if name in ("url", "base_url") else value
        for name, value in output.items()
    }


def check(request: JobRequest) -> None:
    stored = json.loads(json.dumps(request.to_json(), allow_nan=False))
    json.dumps(stored, ensure_ascii=False).encode()
    assert stored == request.model_dump(mode="json", exclude_unset=True)
    again = JobRequest.model_validate(stored)
    assert again == request
    assert again.to_json() == stored
    for output in request.outputs:
        settled = settle(output)
        assert settle(settled) == settled
        place = resolve(settled, output_bucket="out", token_hex=lambda size: "0" * 2 * size, day=date(2031, 4, 5))
        assert place == resolve(
            output, output_bucket="out", token_hex=lambda size: "0" * 2 * size, day=date(2031, 4, 5)
        )
        assert place.target.startswith("s3://")
        assert len(place.target.encode()) < 1024 + len("s3://")
        for stills in settled.thumbnails:
            found = resolve_thumbnails(
                stills, output_bucket="out", token_hex=lambda size: "0" * 2 * size, day=date(2031, 4, 5)
            )
            assert found.target.endswith("/")
