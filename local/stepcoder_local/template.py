"""What the deployed template says, as plain data for embedded mode: so that what runs here is what is deployed.

Names and ARNs of resources are given their embedded values. Nothing is started or created here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .declared import EventRule, FunctionSpec, QueueSource, Resource, Route, Schedule, StateMachine, Template
from .intrinsics import Resolver, TemplateError, parse

ACCOUNT = "123456789012"
REGION = "us-east-1"
_PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stepcoder",
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/stepcoder/embedded",
}
_NAME_PROPERTY = {
    "AWS::Serverless::Function": "FunctionName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Serverless::StateMachine": "Name",
}
_ARN = {
    "AWS::Serverless::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{}}",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{}}",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}",
    # By an alias: the emulation, like AWS, makes up the ids of keys itself.
    "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/{{}}",
    "AWS::Serverless::StateMachine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{{}}",
}


def load(path: Path, endpoint: str, **parameters: str) -> Template:
    """Read a template file. `endpoint` is the embedded cloud's URL, `parameters` override the template's defaults.

    Raises TemplateError when it needs something embedded mode does not have.
    """
    return _Reader(path, endpoint, parameters).read()


class _Reader:
    def __init__(self, path: Path, endpoint: str, overrides: Mapping[str, str]) -> None:
        self.root, self.endpoint = path.parent, endpoint
        self.document = parse(path.read_text(encoding="utf-8"))
        self.resources: dict[str, Any] = self.document.get("Resources", {})
        declared: Mapping[str, Any] = self.document.get("Parameters", {})
        parameters = {
            name: _parameter(spec.get("Type", "String"), overrides.get(name, spec.get("Default", "")))
            for name, spec in declared.items()
        }
        self.resolver = Resolver(self.document, {**_PSEUDO, **parameters}, self.ref, self.attribute)
        self.resolve = self.resolver.resolve
        self.template = Template(self.root)

    def read(self) -> Template:
        for logical, resource in self.resources.items():
            if "Condition" in resource and not self.resolver.condition(resource["Condition"]):
                continue
            self._read_one(logical, resource["Type"], resource.get("Properties", {}))
        return self.template

    def _read_one(self, logical: str, kind: str, raw: Mapping[str, Any]) -> None:
        found = self.template
        if kind == "AWS::Serverless::Function":
            self._read_function(logical, raw)
        elif kind == "AWS::DynamoDB::Table":
            found.tables[logical] = self._resource(logical, raw)
        elif kind == "AWS::S3::Bucket":
            found.buckets[logical] = self._resource(logical, raw)
        elif kind == "AWS::SQS::Queue":
            found.queues[logical] = self._resource(logical, raw)
        elif kind == "AWS::KMS::Key":
            found.keys[logical] = self._resource(logical, raw)
        elif kind == "AWS::Serverless::StateMachine":
            found.state_machines[logical] = self._state_machine(logical, raw)
        elif kind == "AWS::Events::Rule":
            self._read_rule(self.resolve(raw))

    def _resource(self, logical: str, raw: Mapping[str, Any]) -> Resource:
        return Resource(self._name(logical), self.attribute(logical, "Arn"), self.resolve(raw))

    def _read_function(self, logical: str, raw: Mapping[str, Any]) -> None:
        shared = self.document.get("Globals", {}).get("Function", {})
        merged = {**shared, **raw}
        variables = [part.get("Environment", {}).get("Variables", {}) for part in (shared, raw)]
        environment = self.resolve({**variables[0], **variables[1]})
        layers = [*shared.get("Layers", []), *raw.get("Layers", [])]
        name = self._name(logical)
        self.template.functions[logical] = FunctionSpec(
            name=name,
            arn=self.attribute(logical, "Arn"),
            handler=self.resolve(merged["Handler"]),
            timeout=int(self.resolve(merged.get("Timeout", 3))),
            memory=int(self.resolve(merged.get("MemorySize", 128))),
            environment={key: _as_text(value) for key, value in environment.items()},
            code=str(self.resolve(merged.get("CodeUri", "."))),
            layers=tuple(str(self.resolve(layer)) for layer in layers),
        )
        for event_name, event in raw.get("Events", {}).items():
            self._read_event(name, event_name, event["Type"], event.get("Properties", {}))

    def _read_event(self, function: str, event_name: str, kind: str, raw: Mapping[str, Any]) -> None:
        found, properties = self.template, self.resolve(raw)
        if kind == "HttpApi":
            method = properties.get("Method", "ANY").upper().replace("X-AMAZON-APIGATEWAY-ANY-METHOD", "ANY")
            found.routes.append(Route(method, properties.get("Path", "$default"), function))
        elif kind == "SQS":
            found.queue_sources.append(self._queue_source(function, properties))
        elif kind in ("Schedule", "ScheduleV2"):
            expression = properties.get("Schedule") or properties.get("ScheduleExpression")
            enabled = str(properties.get("State", properties.get("Enabled", True))) not in ("False", "DISABLED")
            if enabled:
                seconds = rate_seconds(expression)
                found.schedules.append(Schedule(event_name, function, seconds, properties.get("Input")))
        elif kind in ("EventBridgeRule", "CloudWatchEvent"):
            found.rules.append(EventRule(properties["Pattern"], function))
        else:
            raise TemplateError(f"Embedded mode does not know the event type {kind} of {function}.")

    def _queue_source(self, function: str, properties: Mapping[str, Any]) -> QueueSource:
        return QueueSource(
            queue=str(properties["Queue"]).rsplit(":", 1)[-1],
            function=function,
            batch_size=int(properties.get("BatchSize", 10)),
            report_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
            concurrency=int(properties.get("ScalingConfig", {}).get("MaximumConcurrency", 2)),
        )

    def _read_rule(self, properties: Mapping[str, Any]) -> None:
        for target in properties.get("Targets", []):
            for logical, function in self.resources.items():
                if function["Type"].endswith("::Function") and self.attribute(logical, "Arn") == target["Arn"]:
                    self.template.rules.append(EventRule(properties["EventPattern"], self._name(logical)))

    def _state_machine(self, logical: str, raw: Mapping[str, Any]) -> StateMachine:
        text = (self.root / raw["DefinitionUri"]).read_text(encoding="utf-8")
        substitutions = self.resolve(raw.get("DefinitionSubstitutions", {}))
        for name in set(re.findall(r"\$\{([A-Za-z0-9]+)\}", text)):
            if name not in substitutions:
                raise TemplateError(f"{raw['DefinitionUri']} uses ${{{name}}}, which {logical} does not bind.")
            text = text.replace("${" + name + "}", _as_text(substitutions[name]))
        return StateMachine(self._name(logical), self.attribute(logical, "Arn"), text)

    def _name(self, logical: str) -> str:
        resource = self.resources.get(logical, {})
        given = resource.get("Properties", {}).get(_NAME_PROPERTY.get(resource.get("Type", ""), ""))
        if given is not None and isinstance(name := self.resolve(given), str):
            return name
        if resource.get("Type") == "AWS::S3::Bucket":
            return "stepcoder" + re.sub(r"([A-Z])", r"-\1", logical).lower()
        return logical

    def ref(self, logical: str) -> Any:
        kind = self.resources.get(logical, {}).get("Type", "")
        if kind == "AWS::SQS::Queue":
            return self.attribute(logical, "QueueUrl")
        if kind in ("AWS::Serverless::StateMachine", "AWS::Events::Rule"):
            return self.attribute(logical, "Arn")
        return self._name(logical)

    def attribute(self, logical: str, name: str) -> Any:
        kind = self.resources.get(logical, {}).get("Type", "")
        if name == "Arn" and kind in _ARN:
            return _ARN[kind].format(self._name(logical))
        if name == "QueueUrl":
            return f"{self.endpoint}/{ACCOUNT}/{self._name(logical)}"
        return self._name(logical) if name in ("Name", "QueueName") else f"{logical}.{name}"


def rate_seconds(expression: str) -> float:
    """The seconds of an EventBridge `rate(5 minutes)`."""
    match = re.fullmatch(r"rate\((\d+) (second|minute|hour|day)s?\)", expression.strip())
    if not match:
        raise TemplateError(f"Embedded mode runs rate(...) schedules only, not {expression}.")
    return int(match[1]) * {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[match[2]]


def _parameter(kind: str, value: Any) -> Any:
    """A parameter as CloudFormation sees it: text, or a list of texts."""
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return [part.strip() for part in str(value).split(",")]
    return _as_text(value)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
