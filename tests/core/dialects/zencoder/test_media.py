"""Thumbnails and facts in their two spellings."""

from __future__ import annotations

from stepcoder.dialects.zencoder.media import flat_thumbnails, grouped_thumbnails, output_details, output_media_file
from stepcoder.records.model import Output

OUTPUT = Output(id=30, job_id=10, account_id=1, index=0, url="http://acme-out.s3.amazonaws.com/web.mp4")


def still(label: str | None, number: int) -> dict[str, object]:
    return {"url": f"http://t/{number}.png", "format": "png", "width": 64, "height": 48, "label": label}


def with_stills(*stills: dict[str, object]) -> Output:
    return Output(**{**vars(OUTPUT), "thumbnails": list(stills), "finished_at": "2031-04-05T06:07:08Z"})


def test_sets_keep_their_order_and_their_members_together() -> None:
    output = with_stills(still("b", 0), still("a", 0), still("b", 1))
    grouped = grouped_thumbnails(output)
    assert [(group["label"], len(group["images"])) for group in grouped] == [("b", 2), ("a", 1)]


def test_thumbnails_of_different_outputs_never_share_an_id() -> None:
    one, other = with_stills(still(None, 0)), Output(**{**vars(with_stills(still(None, 0))), "id": 31})
    assert flat_thumbnails(one)[0]["id"] != flat_thumbnails(other)[0]["id"]


def test_thumbnails_date_from_when_their_output_was_done() -> None:
    assert flat_thumbnails(with_stills(still(None, 0)))[0]["created_at"] == "2031-04-05T06:07:08Z"


def test_the_size_has_two_names() -> None:
    output = Output(**{**vars(OUTPUT), "facts": {"file_size_bytes": 5}})
    assert output_media_file(output)["file_size_bytes"] == 5
    assert "file_size_in_bytes" not in output_media_file(output)
    assert output_details(output)["file_size_in_bytes"] == 5
    assert "file_size_bytes" not in output_details(output)


def test_counts_that_are_strings_on_the_wire_are_strings_or_null() -> None:
    assert output_details(OUTPUT)["channels"] is None
    assert output_details(Output(**{**vars(OUTPUT), "facts": {"channels": 6}}))["channels"] == "6"
