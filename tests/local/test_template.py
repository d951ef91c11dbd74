from __future__ import annotations

import json
from pathlib import Path

import pytest

from stepcoder_local.intrinsics import TemplateError
from stepcoder_local.template import load, rate_seconds
from tests.local.embedded import ROOT

ENDPOINT = "http://127.0.0.1:1"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"


def test_functions_have_the_globals_under_their_own_settings(tiny: Path, notes: Path) -> None:
    found = load(tiny, ENDPOINT)

    echo, work = found.functions["Echo"], found.functions["Work"]
    assert (echo.handler, echo.timeout, echo.memory, echo.code) == ("handlers.echo", 3, 256, ".")
    assert echo.environment == {
        "NOTES": str(notes),
        "TABLE": "Things",
        "QUEUE": f"{ENDPOINT}/123456789012/Inbox",
        "WORD": "many",
    }
    assert echo.layers == ("Core",)
    assert (work.timeout, work.arn) == (20, FUNCTION + "Work")


def test_a_key_is_known_by_its_alias_before_it_is_made() -> None:
    found = load(ROOT / "template.yaml", ENDPOINT)
    (key,) = found.keys.values()
    assert key.arn == "arn:aws:kms:us-east-1:123456789012:alias/CredentialsKey"
    assert {each.environment["STEPCODER_CREDENTIALS_KEY"] for each in found.functions.values()} == {key.arn}


def test_parameters_can_be_given(tiny: Path) -> None:
    found = load(tiny, ENDPOINT, MapConcurrency="2", Size="small", Unknown="ignored")

    assert found.functions["Echo"].environment["WORD"] == "few"


def test_what_a_false_condition_guards_is_left_out(tiny: Path) -> None:
    assert "Absent" not in load(tiny, ENDPOINT).functions


def test_events_become_routes_sources_schedules_and_rules(tiny: Path) -> None:
    found = load(tiny, ENDPOINT)

    assert {(route.method, route.path, route.function) for route in found.routes} == {
        ("ANY", "$default", "Echo"),
        ("GET", "/things/{id}", "Echo"),
        ("ANY", "/deep/{proxy+}", "Echo"),
        ("POST", "/things", "Echo"),
    }
    (source,) = found.queue_sources
    assert (source.queue, source.function, source.batch_size, source.report_failures) == ("Inbox", "Take", 5, True)
    (schedule,) = found.schedules
    assert (schedule.function, schedule.seconds) == ("Tick", 1)
    (rule,) = found.rules
    assert rule.function == "Ended"
    assert rule.pattern["detail"]["stateMachineArn"] == [
        "arn:aws:states:us-east-1:123456789012:stateMachine:stepcoder-fan"
    ]


def test_resources_have_their_embedded_names(tiny: Path) -> None:
    found = load(tiny, ENDPOINT)

    assert found.buckets["WorkBucket"].name == "stepcoder-work-bucket"
    assert "Tags" not in found.buckets["WorkBucket"].properties
    redrive = found.queues["Inbox"].properties["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == "arn:aws:sqs:us-east-1:123456789012:Lost"
    assert found.tables["Things"].properties["KeySchema"] == [{"AttributeName": "path", "KeyType": "HASH"}]


def test_the_state_machine_has_its_substitutions(tiny: Path) -> None:
    machine = load(tiny, ENDPOINT, MapConcurrency="2").state_machines["Fan"]

    state = json.loads(machine.definition)["States"]["Fan out"]
    assert machine.name == "stepcoder-fan"
    assert state["MaxConcurrency"] == 2
    assert state["ItemProcessor"]["States"]["Work"]["Parameters"]["FunctionName"] == FUNCTION + "Work"


def test_an_unbound_substitution_is_refused(tiny: Path) -> None:
    (tiny.parent / "fan.asl.json").write_text('{"StartAt": "${Nowhere}"}')

    with pytest.raises(TemplateError, match="Nowhere"):
        load(tiny, ENDPOINT)


@pytest.mark.parametrize(("text", "seconds"), [("rate(1 minute)", 60), ("rate(2 hours)", 7200), ("rate(1 day)", 86400)])
def test_rates_are_read(text: str, seconds: float) -> None:
    assert rate_seconds(text) == seconds


def test_cron_schedules_are_refused() -> None:
    with pytest.raises(TemplateError, match="cron"):
        rate_seconds("cron(0 12 * * ? *)")


def test_the_deployed_template_is_understood() -> None:
    found = load(ROOT / "template.yaml", ENDPOINT, MapConcurrency="2", AllowPrivateHosts="127.0.0.1:9")

    assert {"JobsFunction", "EncodeFunction", "DeliverFunction"} <= set(found.functions)
    assert found.functions["JobsFunction"].environment["STEPCODER_ALLOW_PRIVATE_HOSTS"] == "127.0.0.1:9"
    assert found.functions["JobsFunction"].environment["STEPCODER_TABLE"] == found.tables["JobsTable"].name
    machine = found.state_machines["EncodeJobStateMachine"]
    assert found.functions["JobsFunction"].environment["STEPCODER_STATE_MACHINE_ARN"] == machine.arn
    assert any(route.path == "$default" for route in found.routes)
    assert found.schedules and found.rules and found.queue_sources
