"""Whose login reaches a file in S3, seen by what an S3 server is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.credentials import resolving, saving
from stepcoder.destinations import Sending
from stepcoder.errors import EncodingError, InputError, OutputError
from stepcoder.plan.model import SourceFile, ThumbnailSet, Timeline
from stepcoder.records import credentials
from stepcoder.records.model import Account, Input, Output
from stepcoder.steps.opening import open_input, open_planned
from stepcoder.steps.storage import Stores, login_for, nickname_for
from stepcoder.storage import Place, Secret
from tests.cloud import Cloud, provide_credentials_key
from tests.core.net.servers import Handler, WebServer

SECRETS = {"AKIAROLE": "role/secret", "AKIAMINE": "my+secret", "AKIAOTHER": "other=secret"}
FILM = b"film" * 1000


@dataclass
class FakeS3:
    """Serves one film, takes any upload, and says who signed; refuses whom it doesn't know or whose secret is wrong."""

    server: WebServer
    signers: list[str] = field(default_factory=list)
    stored: dict[str, bytes] = field(default_factory=dict)

    def answer(self, handler: Handler) -> None:
        user = re.findall(r"Credential=([^/]*)/", handler.headers.get("Authorization", ""))
        self.signers += user
        if not user or user[0] not in SECRETS:
            return self._refuse(handler, "InvalidAccessKeyId")
        if not _is_signed(handler, Credentials(user[0], SECRETS[user[0]])):
            return self._refuse(handler, "SignatureDoesNotMatch")
        headers = {"ETag": '"one"'}
        if handler.command == "PUT":
            self.stored[handler.path] = handler.body
        if handler.command == "HEAD":
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(FILM)))
            handler.send_header("ETag", '"one"')
            return handler.end_headers()
        return handler.answer(200, FILM if handler.command == "GET" else b"", headers)

    def _refuse(self, handler: Handler, code: str) -> None:
        handler.answer(403, f"<Error><Code>{code}</Code></Error>".encode())


def _is_signed(handler: Handler, by: Credentials) -> bool:
    """Whether the signature is the one that this secret makes of this request."""
    given = handler.headers["Authorization"]
    names = re.findall(r"SignedHeaders=([^,]*)", given)[0].split(";")
    path, _, query = handler.path.partition("?")
    url = f"http://{handler.headers['Host']}{path}" + (f"?{query}" if query else "")
    request = AWSRequest(handler.command, url, headers={name: handler.headers[name] for name in names})
    request.context["timestamp"] = handler.headers["X-Amz-Date"]
    signer = S3SigV4Auth(by, "s3", "us-east-1")
    wanted = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    return given.endswith(f"Signature={wanted}")


class _Routes(dict[str, Callable[[Handler], None]]):
    """Every path has the same route."""

    def __init__(self, route: Callable[[Handler], None]) -> None:
        super().__init__()
        self.route = route

    def get(self, key: str, default: object = None) -> Callable[[Handler], None]:  # type: ignore[override]
        return self.route


@pytest.fixture
def ada(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr(credentials, "_N", 2)
    provide_credentials_key(monkeypatch)
    resolving.forget()
    return cloud.records.create_account("ada@example.org")[0]


@pytest.fixture
def s3(ada: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeS3]:
    """An S3 that all clients made from now on speak to."""
    with WebServer() as server:
        fake = FakeS3(server)
        server.routes = _Routes(fake.answer)
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url("").rstrip("/"))
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAROLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRETS["AKIAROLE"])
        kept = runtime._clients.pop("s3", None)
        yield fake
        runtime._clients.pop("s3", None)
        if kept is not None:
            runtime._clients["s3"] = kept


def save(account: Account, nickname: str, user: str, secret: str | None = None, *, default: bool = False) -> None:
    secret = secret or SECRETS[user]
    saving.create(account, {"nickname": nickname, "type": "s3", "user": user, "secret": secret, "default": default})


def read(account: Account, url: str, nickname: str | None = None) -> bytes:
    given = Input(id=1, job_id=1, account_id=account.id, url=url, credentials=nickname)
    return b"".join(open_input(given).stream())


# --- sources ---


def test_without_credentials_the_role_reads(ada: Account, s3: FakeS3) -> None:
    assert read(ada, "s3://tapes/a.mov") == FILM
    assert set(s3.signers) == {"AKIAROLE"}


def test_the_accounts_default_comes_before_the_role(ada: Account, s3: FakeS3) -> None:
    save(ada, "mine", "AKIAMINE", default=True)
    assert read(ada, "s3://tapes/a.mov") == FILM
    assert set(s3.signers) == {"AKIAMINE"}


def test_named_credentials_come_before_the_default(ada: Account, s3: FakeS3) -> None:
    save(ada, "mine", "AKIAMINE", default=True)
    save(ada, "other", "AKIAOTHER")
    assert read(ada, "s3+eu-west-1://tapes/a.mov", "Other") == FILM
    assert set(s3.signers) == {"AKIAOTHER"}


def test_a_login_in_the_url_comes_before_everything(ada: Account, s3: FakeS3) -> None:
    save(ada, "mine", "AKIAMINE", default=True)
    assert read(ada, "s3://AKIAOTHER:other%3Dsecret@tapes/a.mov", "mine") == FILM
    assert set(s3.signers) == {"AKIAOTHER"}


@pytest.mark.parametrize("bucket", ["output-bucket", "upload-bucket"])
def test_a_default_is_not_for_the_services_own_buckets(ada: Account, s3: FakeS3, bucket: str) -> None:
    save(ada, "mine", "AKIAMINE", default=True)
    read(ada, f"s3://{bucket}/a.mov")
    assert set(s3.signers) == {"AKIAROLE"}
    read(ada, f"s3://{bucket}/a.mov", "mine")
    assert s3.signers[-1] == "AKIAMINE"


def test_an_http_address_of_s3_is_signed_for_when_credentials_are_named(ada: Account, s3: FakeS3) -> None:
    save(ada, "mine", "AKIAMINE")
    assert read(ada, "https://tapes.s3.eu-west-1.amazonaws.com/dir/a%20b.mov", "mine") == FILM
    assert s3.server.paths[-1] == "/tapes/dir/a%20b.mov"
    assert set(s3.signers) == {"AKIAMINE"}


def test_a_worker_opens_the_source_as_the_plan_names_it(ada: Account, s3: FakeS3) -> None:
    save(ada, "mine", "AKIAMINE")
    source = SourceFile(url="s3://tapes/a.mov", size_bytes=len(FILM), etag="one", account_id=ada.id, credentials="mine")
    assert "secret" not in source.model_dump_json()
    assert b"".join(open_planned(source).stream()) == FILM
    assert set(s3.signers) == {"AKIAMINE"}


def test_a_staged_copy_is_the_services_own(ada: Account, s3: FakeS3) -> None:
    save(ada, "mine", "AKIAMINE", default=True)
    open_planned(SourceFile(url="s3://work-bucket/jobs/1/source", size_bytes=len(FILM), etag="one"))
    assert set(s3.signers) == {"AKIAROLE"}


@pytest.mark.parametrize(
    ("user", "secret", "error_class"),
    [
        ("AKIANOBODY", "x", "InvalidAccessKeyIdError"),
        ("AKIAMINE", "a wrong one", "InvalidUsernameOrPasswordError"),
    ],
)
def test_credentials_that_s3_refuses_are_blamed(
    ada: Account, s3: FakeS3, user: str, secret: str, error_class: str
) -> None:
    save(ada, "mine", user, secret)
    with pytest.raises(InputError) as caught:
        read(ada, "s3://tapes/a.mov", "mine")
    assert caught.value.error_class == error_class
    assert secret not in caught.value.message


def test_credentials_deleted_since_fail_the_input(ada: Account, s3: FakeS3) -> None:
    with pytest.raises(InputError) as caught:
        read(ada, "s3://tapes/a.mov", "gone")
    assert caught.value.error_class == "InvalidUsernameOrPasswordError"
    assert s3.signers == []


# --- deliveries ---


def deliver(account: Account, url: str, nickname: str | None = None) -> None:
    place = Place.read(url)
    stores = Stores(account.id, Objects())
    stores.destination(place, nickname).put(place.path, iter([b"x"]), Sending(), lambda count: None)


def test_a_destination_is_opened_once(ada: Account, s3: FakeS3) -> None:
    save(ada, "mine", "AKIAMINE")
    stores = Stores(ada.id, Objects())
    places = [Place("s3", "outbox", f"{number}.ts") for number in range(3)]
    opened = [stores.destination(place, "mine") for place in places]
    assert len(set(map(id, opened))) == 1
    for place in places:
        opened[0].put(place.path, iter([b"x"]), Sending(), lambda count: None)
    assert set(s3.signers) == {"AKIAMINE"}
    assert list(s3.stored) == ["/outbox/0.ts", "/outbox/1.ts", "/outbox/2.ts"]
    assert stores.destination(places[0], None) is not opened[0]


def test_a_delivery_with_deleted_credentials_fails_the_output(ada: Account, s3: FakeS3) -> None:
    with pytest.raises(OutputError) as caught:
        deliver(ada, "s3://outbox/a.ts", "gone")
    assert caught.value.error_class == "InvalidUsernameOrPasswordError"


def test_temporary_storage_is_written_with_the_role(ada: Account, s3: FakeS3) -> None:
    save(ada, "mine", "AKIAMINE", default=True)
    deliver(ada, "s3://output-bucket/o/20310405/x/a.mp4")
    assert s3.signers[-1] == "AKIAROLE"
    deliver(ada, "s3://outbox/a.mp4")
    assert s3.signers[-1] == "AKIAMINE"


@pytest.mark.parametrize(
    "url",
    [
        "gcs://bucket/a",
        "cf+uk://films/a",
        "azure://films/a",
        "azure://account@films/a",
        "sftp://host/a",
        "sftp://joe@host/a",
    ],
)
def test_storage_that_lets_nobody_in_needs_a_login(ada: Account, url: str) -> None:
    with pytest.raises(EncodingError, match="There is no login for") as caught:
        login_for(Place.read(url), ada.id, None)
    assert caught.value.error_class == "InvalidUsernameOrPasswordError"


def test_a_name_alone_is_completed_by_saved_credentials(ada: Account) -> None:
    saving.create(ada, {"nickname": "box", "type": "sftp", "user": "joe", "secret": "of joe"})
    assert login_for(Place.read("sftp://joe@host/a"), ada.id, "box") == Secret("joe", "of joe")
    assert login_for(Place.read("sftp://ann:x@host/a"), ada.id, "box") == Secret("ann", "x")
    signed = Place.read("azure://account@films/a?sv=1&sig=2")
    assert login_for(signed, ada.id, None) == Secret("account", "")


def test_stills_are_delivered_with_the_credentials_of_their_set() -> None:
    timeline = Timeline(frame_rate=25, origin=0, frame_count=25)
    stills = ThumbnailSet(
        id="t0",
        output_id=3,
        label=None,
        format="png",
        geometries=(),
        timeline=timeline,
        frames=(0,),
        base_url="s3://outbox/dir/",
        credentials="stills",
    )
    output = Output(id=3, job_id=1, account_id=7, index=0, url="x", target="s3://outbox/f.mp4", credentials="films")
    picture, film = Place("s3", "outbox", "dir/frame_0000.png"), Place("s3", "outbox", "dir/film.mp4")
    assert nickname_for(picture, output, [stills]) == "stills"
    # The film may lie in the same directory.
    assert nickname_for(film, output, [stills]) == "films"
    own = stills.model_copy(update={"credentials": None})
    assert nickname_for(picture, output, [own]) is None
    # A secondary_url in another kind of storage is not opened with the login to this one.
    assert nickname_for(Place("ftp", "host", "film.mp4"), output, [stills]) is None
