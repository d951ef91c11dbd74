from __future__ import annotations

import errno

import pytest

from stepcoder.transfers.ftp_answers import login_refusal, refusal_of
from stepcoder.transfers.protocol import absolute, address
from stepcoder.transfers.refusals import Refusal, Why, shown
from stepcoder.transfers.sftp_answers import refusal_of as sftp_refusal_of

# As vsftpd, ProFTPD, Pure-FTPd, pyftpdlib, IIS and FileZilla Server put it.
FTP = {
    "550 Failed to open file.": Why.UNSAID,
    "550 film.mp4: No such file or directory": Why.MISSING,
    "550 Can't open film.mp4: No such file or directory": Why.MISSING,
    "550 The system cannot find the file specified.": Why.MISSING,
    "550 /a is not retrievable.": Why.UNSAID,
    "550 film.mp4: not a regular file": Why.MISSING,
    "550 Couldn't open the file": Why.UNSAID,
    "550 Permission denied": Why.DENIED,
    "550 Not enough privileges.": Why.DENIED,
    "550 Access is denied.": Why.DENIED,
    "553 Could not create file.": Why.UNSAID,
    "553 Can't open that file: Permission denied": Why.DENIED,
    "532 Need account for storing files": Why.DENIED,
    "530 Please login with USER and PASS.": Why.DENIED,
    "552 Transfer aborted. Disk quota exceeded": Why.FULL,
    "452 Insufficient storage space": Why.FULL,
    "451 Failure writing to local file: No space left on device": Why.FULL,
    "550 Disk is full": Why.FULL,
    "421 Service not available": Why.BUSY,
    "425 Can't open data connection.": Why.BUSY,
    "426 Connection closed; transfer aborted.": Why.BUSY,
    "450 film.mp4: The process cannot access the file": Why.BUSY,
    "451 Local error in processing": Why.BUSY,
    "500 Unknown command.": Why.UNABLE,
    "522 SSL connection failed; session reuse required": Why.UNABLE,
    "nonsense": Why.UNABLE,
    "": Why.UNABLE,
}
LOGINS = {
    "530 Login incorrect.": Why.LOGIN,
    "530 User cannot log in, home directory inaccessible.": Why.LOGIN,
    "430 Invalid username or password": Why.LOGIN,
    "530 Sorry, the maximum number of allowed clients are already connected.": Why.BUSY,
    "421 Too many connections (8) from this IP": Why.BUSY,
    "421 There are too many connected users, please try later.": Why.BUSY,
    "450 try again": Why.BUSY,
}


@pytest.mark.parametrize("answer", FTP)
def test_what_an_ftp_server_says(answer: str) -> None:
    assert refusal_of(answer).why is FTP[answer]


@pytest.mark.parametrize("answer", LOGINS)
def test_what_an_ftp_server_says_to_a_login(answer: str) -> None:
    assert login_refusal(answer, "secret").why is LOGINS[answer]


def test_a_password_that_the_server_repeats_is_hidden() -> None:
    assert login_refusal("530 User u, password sesame: no.", "sesame").answer == "530 User u, password ***: no."


def test_only_what_a_moment_may_mend_is_tried_again() -> None:
    assert [why for why in Why if Refusal(why, "").passing] == [Why.BUSY]


@pytest.mark.parametrize(
    "error, why",
    [
        (FileNotFoundError(errno.ENOENT, "No such file"), Why.MISSING),
        (PermissionError(errno.EACCES, "Permission denied"), Why.DENIED),
        (OSError("Disk quota exceeded"), Why.FULL),
        (OSError("No space left on device"), Why.FULL),
        (OSError("Failure"), Why.UNABLE),
        (OSError("Operation unsupported"), Why.UNABLE),
    ],
)
def test_what_an_sftp_server_says(error: OSError, why: Why) -> None:
    assert sftp_refusal_of(error).why is why


def test_a_servers_words_are_shown_as_one_short_line() -> None:
    assert shown("550-a\r\n\x1b[31m550  b\x00") == "550-a [31m550 b"
    assert len(shown("x" * 500)) == 120


@pytest.mark.parametrize(
    "home, found",
    [
        ("ftp.example", ("ftp.example", 21)),
        ("ftp.example:2121", ("ftp.example", 2121)),
        ("[2001:db8::1]", ("2001:db8::1", 21)),
        ("[2001:db8::1]:2121", ("2001:db8::1", 2121)),
    ],
)
def test_host_and_port_of_a_server(home: str, found: tuple[str, int]) -> None:
    assert address(home, 21) == found


@pytest.mark.parametrize("home", ["", ":21", "ftp.example:", "ftp.example:ftp", "ftp.example:２１", "ftp.example:-1"])
def test_what_is_no_host_and_port(home: str) -> None:
    with pytest.raises(Refusal):
        address(home, 21)


def test_paths_begin_at_the_servers_root() -> None:
    assert absolute("films/Füße #1.mp4") == "/films/Füße #1.mp4"
    for path in ("a\r\nDELE b", "a\nb", "a\x00", "a\x7f", "\ud800"):
        with pytest.raises(Refusal):
            absolute(path)
