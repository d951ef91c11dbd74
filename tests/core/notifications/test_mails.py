from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepcoder.notifications.mails import mail
from stepcoder.notifications.payloads import job_payload, minimal_output_payload, output_payload
from tests.core.notifications.test_payloads import DONE, FAILED, JOB, SOURCE

WHEN = datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)
EVERYTHING = job_payload(replace(JOB, test=False), SOURCE, [DONE, FAILED])
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "X-Notification-Id", "Auto-Submitted"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
}


def written(payload) -> bytes:
    return mail(
        payload, event_id="msg_1_job_0", told_at=WHEN, sender="stepcoder@example.com", recipient="ada@example.org"
    )


def read(payload):
    return message_from_bytes(written(payload), policy=default)


def test_a_job_is_told_of_as_a_person_would_tell_it():
    assert read(EVERYTHING).get_content().splitlines() == [
        "Job 1 finished (asset-7).",
        "",
        "Input: finished",
        "  mpeg4, 1:01.06, 1280x720, 25 frames per second, h264, aac, 19,900,000 bytes",
        "",
        'Output 3 "web": finished',
        "  http://acme-out.s3.amazonaws.com/7/web.mp4",
        "  mpeg4, 1:01.06, 1280x720, 25 frames per second, h264, aac, 19,900,000 bytes",
        "  3 thumbnails",
        "",
        "Output 4: failed",
        "  http://acme-out.s3.amazonaws.com/7/sd.mp4",
        "  The source could not be encoded.",
        "  Error: TranscodingError",
        "",
        "Created 2031-04-05T06:07:08Z, last change 2031-04-05T06:09:30Z.",
    ]


def test_a_mail_says_who_it_is_from_and_what_it_is_about():
    message = read(EVERYTHING)
    assert message["From"] == "Stepcoder <stepcoder@example.com>"
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == "Job 1 finished (asset-7)"
    assert message["Date"].datetime == WHEN
    assert message["Message-ID"] == "<msg_1_job_0@example.com>"
    assert message["X-Notification-Id"] == "msg_1_job_0"
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("payload", "subject"),
    [
        (output_payload(JOB, SOURCE, DONE), 'Output 3 "web" of test job 1 finished (asset-7)'),
        (output_payload(JOB, SOURCE, FAILED), "Output 4 of test job 1 failed (asset-7)"),
        (
            output_payload(replace(JOB, test=False, pass_through=None), SOURCE, replace(DONE, state="cancelled")),
            'Output 3 "web" of job 1 was cancelled',
        ),
        (
            output_payload(replace(JOB, pass_through=None), SOURCE, replace(FAILED, state="no_input")),
            "Output 4 of test job 1 was not started, because its input failed",
        ),
        (minimal_output_payload(replace(JOB, test=False), DONE), 'Output 3 "web" of job 1 finished'),
    ],
)
def test_an_outputs_mail_is_about_that_output(payload, subject):
    assert read(payload)["Subject"] == subject


def test_a_repetition_is_the_same_mail():
    assert written(EVERYTHING) == written(EVERYTHING)


def test_words_of_any_language_arrive():
    payload = job_payload(replace(JOB, pass_through="Zürich 東京"), SOURCE, [replace(DONE, label="größe")])
    assert read(payload)["Subject"] == "Test job 1 finished (Zürich 東京)"
    assert 'Output 3 "größe": finished' in read(payload).get_content()


@settings(deadline=None)
@given(passed=st.text(max_size=255), label=st.text(max_size=255), error=st.text(max_size=300))
def test_nothing_a_customer_writes_becomes_a_header(passed, label, error):
    output = replace(FAILED, label=label, error_message=error)
    payload = job_payload(replace(JOB, pass_through=passed), SOURCE, [output])
    assert set(read(payload).keys()) == HEADERS
    assert set(read(output_payload(replace(JOB, pass_through=passed), SOURCE, output)).keys()) == HEADERS


def test_a_line_break_in_a_customers_words_starts_no_line():
    payload = job_payload(replace(JOB, pass_through="a\r\nBcc: eve@example.net\r\n\r\nhello"), SOURCE, [])
    message = read(payload)
    assert message["Bcc"] is None
    assert message["Subject"] == "Test job 1 finished (a Bcc: eve@example.net hello)"


def test_a_subject_is_short_enough_to_be_read():
    payload = job_payload(replace(JOB, pass_through="x" * 255), SOURCE, [])
    assert len(read(payload)["Subject"]) == 150
    assert read(payload)["Subject"].endswith("…")
