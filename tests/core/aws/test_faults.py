import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from urllib3.exceptions import ProtocolError

from stepcoder.aws.faults import error_code, is_passing, passing_faults
from stepcoder.errors import TryAgain


def client_error(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Anything")


@pytest.mark.parametrize(
    "fault",
    [
        client_error("SlowDown", 503),
        client_error("ThrottlingException", 400),
        client_error("ProvisionedThroughputExceededException", 400),
        client_error("Weird", 500),
        client_error("Weird", 429),
        EndpointConnectionError(endpoint_url="http://s3"),
        ReadTimeoutError(endpoint_url="http://s3"),
        ProtocolError("broken"),
        ConnectionResetError(),
    ],
)
def test_passing_faults_become_try_again(fault):
    with pytest.raises(TryAgain) as caught, passing_faults("a test"):
        raise fault
    assert caught.value.__cause__ is fault
    assert "a test" in str(caught.value)


@pytest.mark.parametrize(
    "fault", [client_error("NoSuchKey", 404), client_error("AccessDenied", 403), NoCredentialsError(), KeyError("x")]
)
def test_other_faults_stay_what_they_are(fault):
    assert not is_passing(fault)
    with pytest.raises(type(fault)), passing_faults("a test"):
        raise fault


def test_the_error_code_of_anything_else_is_empty():
    assert error_code(client_error("NoSuchKey", 404)) == "NoSuchKey"
    assert error_code(ValueError()) == ""
