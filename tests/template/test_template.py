"""The template and the code say the same: handlers, environment, layers, routes, indexes, permissions."""

from __future__ import annotations

import ast
import importlib
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from stepcoder.aws import table
from stepcoder.notifications import delivery
from tests.architecture import house
from tests.template.deployed import FUNCTIONS, TEMPLATE, resources

ENVIRONMENT = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]


def _locked(path: str) -> dict[str, str]:
    """Package → version in a lock."""
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", (house.ROOT / path).read_text(), re.MULTILINE))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_handler_imports_and_can_be_called(function: str) -> None:
    module, name = FUNCTIONS[function]["Handler"].rsplit(".", 1)
    assert callable(getattr(importlib.import_module(module), name))


def test_every_door_is_deployed() -> None:
    rooms = [module for module in house.modules().values() if house.floor(module.name) == "functions"]
    doors = {room.name for room in rooms for part in room.tree.body if getattr(part, "name", "") == "handler"}
    assert {properties["Handler"].rsplit(".", 1)[0] for properties in FUNCTIONS.values()} == doors


# --- environment ---


def _names_read() -> set[str]:
    deployed = [module for module in house.modules().values() if house.floor(module.name) != "local"]
    texts = [node.value for module in deployed for node in ast.walk(module.tree) if isinstance(node, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"(STEPCODER|AWS_ENDPOINT)_[A-Z_]+", text)}


def test_the_environment_the_code_reads_is_the_one_declared() -> None:
    assert {name for name in ENVIRONMENT if not name.startswith("POWERTOOLS_")} == _names_read()


def test_no_function_replaces_the_common_environment() -> None:
    """Then each would have to repeat it."""
    own = resources("AWS::Serverless::Function")
    assert [name for name, properties in own.items() if "Environment" in properties] == []


# --- layers ---


def _reached(start: str) -> set[str]:
    """Every module of ours that a module can come to import, and the outside modules they import."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        if "." in name:
            waiting.append(name.rpartition(".")[0])  # its package is imported first
        if name in house.modules():
            waiting += [found.module for found in house.imports(house.modules()[name])]
    return reached


IMPORT_NAMES = {
    "aws-lambda-powertools": "aws_lambda_powertools",
    "azure-storage-blob": "azure",
    "ffmpeg-python": "ffmpeg",
    "pyjwt": "jwt",
    "python-swiftclient": "swiftclient",
}


# It looks at files in a bucket of ours, and shares only a package with what reads customers' storage.
LAYERS_NOT_NEEDED = {"FilesFunction": {"TransferLayer"}}


def _needed_layers(function: str) -> set[str]:
    reached = _reached(FUNCTIONS[function]["Handler"].rsplit(".", 1)[0])
    needed = {"CoreLayer"}
    if {name.split(".")[0] for name in reached} & {"av", "pycaption"}:
        needed.add("ProbeLayer")
    if "stepcoder.process" in reached:
        needed.add("FfmpegLayer")
    if {name.split(".")[0] for name in reached} & {"azure", "cryptography", "paramiko", "requests", "swiftclient"}:
        needed.add("TransferLayer")
    return needed - LAYERS_NOT_NEEDED.get(function, set())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_the_layers_its_imports_need(function: str) -> None:
    assert {layer["Ref"] for layer in FUNCTIONS[function]["Layers"]} == _needed_layers(function)


def test_the_layers_have_every_package_the_code_imports() -> None:
    layers = ("core", "probe", "transfer")
    locked = set().union(*(_locked(f"layers/{layer}/requirements.txt") for layer in layers))
    shipped = {IMPORT_NAMES.get(name, name.replace("-", "_")) for name in locked}
    outside = {
        found.module.split(".")[0]
        for module in house.modules().values()
        if house.floor(module.name) != "local"
        for found in house.imports(module)
    }
    assert outside - shipped - set(sys.stdlib_module_names) - set(house.ROOMS) == set()


@pytest.mark.parametrize("layer", ["core", "ffmpeg", "probe", "transfer"])
def test_what_is_tested_is_what_is_deployed(layer: str) -> None:
    tested = _locked("requirements/dev.txt")
    assert {name: tested.get(name) for name in _locked(f"layers/{layer}/requirements.txt")} == _locked(
        f"layers/{layer}/requirements.txt"
    )


def test_the_core_layer_keeps_the_services_the_code_calls() -> None:
    kept = re.search(r"^services := (.*)$", (house.ROOT / "layers/core/Makefile").read_text(), re.MULTILINE)
    called = {
        node.args[0].value
        for module in house.modules().values()
        if house.floor(module.name) != "local"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("runtime.client", "client")
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert kept is not None
    assert set(kept[1].split()) == called


# --- routes ---


def _routes() -> dict[str, str]:
    """Path → function, of the HTTP API."""
    return {
        event["Properties"].get("Path", "$default"): name
        for name, properties in FUNCTIONS.items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }


def test_api_functions_answer_before_the_api_gives_up() -> None:
    """API Gateway waits 30 seconds."""
    assert [name for name in set(_routes().values()) if FUNCTIONS[name]["Timeout"] >= 30] == []


# --- storage and queues ---


def test_the_queue_gives_up_when_the_code_does() -> None:
    queue = TEMPLATE["Resources"]["NotificationQueue"]["Properties"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == delivery.MOST_ATTEMPTS


def test_a_message_is_hidden_for_six_times_as_long_as_its_delivery_may_take() -> None:
    queue = TEMPLATE["Resources"]["NotificationQueue"]["Properties"]
    assert queue["VisibilityTimeout"] >= 6 * FUNCTIONS["DeliverFunction"]["Timeout"]


def test_the_indexes_the_code_asks_for_exist() -> None:
    indexes = TEMPLATE["Resources"]["JobsTable"]["Properties"]["GlobalSecondaryIndexes"]
    assert {index["IndexName"] for index in indexes} == {
        table.ACCOUNT_JOBS,
        table.UNFINISHED,
        table.TOLD,
        table.ACCOUNT_FILES,
    }


@pytest.mark.parametrize("bucket", resources("AWS::S3::Bucket"))
def test_every_bucket_is_closed_encrypted_and_for_tls_only(bucket: str) -> None:
    properties = TEMPLATE["Resources"][bucket]["Properties"]
    assert all(properties["PublicAccessBlockConfiguration"].values())
    assert properties["BucketEncryption"]
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    policies = resources("AWS::S3::BucketPolicy").values()
    assert [
        policy for policy in policies if policy["Bucket"] == {"Ref": bucket} and "SecureTransport" in json.dumps(policy)
    ]


# --- permissions ---


def _statements(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("Effect") == "Allow":
            yield value
        for part in value.values():
            yield from _statements(part)
    elif isinstance(value, list):
        for part in value:
            yield from _statements(part)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_permissions_name_actions_and_resources() -> None:
    """Only log delivery is granted on `*`: it knows no resources."""
    # In the policy of a key, "*" is the key.
    granted = {name: item for name, item in TEMPLATE["Resources"].items() if item["Type"] != "AWS::KMS::Key"}
    statements = [statement for statement in _statements(granted) if statement.get("Sid") != "DeliverLogs"]
    assert [statement for statement in statements if "*" in _listed(statement["Resource"])] == []
    assert [action for statement in statements for action in _listed(statement["Action"]) if "*" in action] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_policies_are_our_own(function: str) -> None:
    """By name, from the section of permissions, or written out: none of AWS's broad ones."""
    names = [policy for policy in FUNCTIONS[function]["Policies"] if isinstance(policy, str)]
    assert names == []


# Who can come to import the module needs the policies, and nobody else has them.
GRANTS = {
    "stepcoder.accounts.making_keys": {"SealTokenSecrets"},
    "stepcoder.accounts.tokens": {"OpenTokenSecrets"},
    "stepcoder.files.deleting": {"RemoveMadeFiles"},
    "stepcoder.files.reading": {"FindUploadedFiles"},
    "stepcoder.files.serving": {"ReadPublicFiles"},
    "stepcoder.files.uploading": {"KeepUploadedFiles"},
    "stepcoder.credentials.resolving": {"DecryptCredentials"},
    "stepcoder.credentials.opening_settings": {"DecryptCredentials"},
    "stepcoder.credentials.saving": {"EncryptCredentials"},
    "stepcoder.credentials.sealing_settings": {"EncryptCredentials"},
    "stepcoder.jobs.creation": {"StartJobs"},
    "stepcoder.jobs.beginning": {"StartJobs", "WatchJobs"},
    "stepcoder.jobs.dropping": {"ReadUploads"},
    "stepcoder.jobs.sweeping": {"StartJobs", "WatchJobs"},
    "stepcoder.jobs.links": {"ReadTemporaryFiles"},
    "stepcoder.aws.mail": {"SendMail"},
    "stepcoder.notifications.bodies": {"ReadNotificationBodies"},
    "stepcoder.notifications.queueing": {"QueueNotifications"},
    "stepcoder.rates": {"CountCalls"},
    "stepcoder.records": {"ReadRecords"},
    "stepcoder.steps.delivery": {"WriteOutputs"},
    "stepcoder.steps.withdrawal": {"WriteOutputs"},
    "stepcoder.steps.opening": {"ReadSources"},
    "stepcoder.steps.workspace": {"WorkFiles"},
}
# Which of the functions that reach records also change them, and which one clears up, imports don't tell.
UNSEEN = {"WriteRecords", "ClearWorkFiles"}
# They deliver or show what is queued, and share no more than a package with what queues.
NOT_NEEDED = {
    "DeliverFunction": {"QueueNotifications"},
    "NotificationsFunction": {"QueueNotifications"},
    "EncoderFunction": {"EncryptCredentials"},  # its dialect has no secret settings
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_takes_its_policies(function: str) -> None:
    """IAM attaches ten managed policies to a role, and one of them lets a function write its log."""
    assert len(re.findall(r'"Ref": "(\w+)"', json.dumps(FUNCTIONS[function]["Policies"]))) <= 9


@pytest.mark.parametrize("key", resources("AWS::KMS::Key"))
def test_a_key_is_renewed_and_kept_and_opens_nothing_by_its_own_policy(key: str) -> None:
    properties = TEMPLATE["Resources"][key]["Properties"]
    assert properties["EnableKeyRotation"] is True
    assert TEMPLATE["Resources"][key]["DeletionPolicy"] == "Retain"
    statements = list(_statements(properties["KeyPolicy"]))
    assert not [action for each in statements for action in _listed(each["Action"]) if "*" in action]
    use = [each for each in statements if "kms:Decrypt" in _listed(each["Action"])]
    assert use and all("kms:EncryptionContext:account" in json.dumps(each["Condition"]) for each in use)


def test_only_functions_that_take_secrets_in_seal_and_none_that_answers_requests_unseals() -> None:
    sealing = {name for name in FUNCTIONS if "EncryptCredentials" in json.dumps(FUNCTIONS[name]["Policies"])}
    unsealing = {name for name in FUNCTIONS if "DecryptCredentials" in json.dumps(FUNCTIONS[name]["Policies"])}
    assert sealing == {"CredentialsFunction", "JobsFunction", "UploadFunction"}
    statements = [TEMPLATE["Resources"][name] for name in ("SealTokenSecrets", "OpenTokenSecrets")]
    assert all('"kms:EncryptionContext:purpose": "videosdk"' in json.dumps(each) for each in statements)
    assert unsealing & set(_routes().values()) == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_may_do_what_its_code_can(function: str) -> None:
    reached = _reached(FUNCTIONS[function]["Handler"].rsplit(".", 1)[0])
    needed = set[str]().union(*(policies for module, policies in GRANTS.items() if module in reached))
    needed -= NOT_NEEDED.get(function, set())
    granted = set(re.findall(r'"Ref": "(\w+)"', json.dumps(FUNCTIONS[function]["Policies"])))
    assert granted & set(resources("AWS::IAM::ManagedPolicy")) - UNSEEN == needed
