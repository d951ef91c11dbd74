"""Creates the template's tables, buckets, queues, keys and state machines in the embedded cloud, by boto3 as on AWS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .cloud import Cloud
from .declared import Resource, Template
from .template import ACCOUNT

_TABLE_KEYS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_QUEUE_KEYS = (
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
    "RedrivePolicy",
    "FifoQueue",
    "ContentBasedDeduplication",
)


def provision(cloud: Cloud, template: Template) -> None:
    """Create everything; order is such that what refers comes after what is referred to."""
    database, objects, queues = (cloud.client(name) for name in ("dynamodb", "s3", "sqs"))
    for table in template.tables.values():
        _create_table(database, table)
    for bucket in template.buckets.values():
        objects.create_bucket(Bucket=bucket.name)
        if cors := bucket.properties.get("CorsConfiguration"):
            objects.put_bucket_cors(Bucket=bucket.name, CORSConfiguration={"CORSRules": _cors_rules(cors)})
    for queue in sorted(template.queues.values(), key=lambda queue: "RedrivePolicy" in queue.properties):
        queues.create_queue(QueueName=queue.name, Attributes=_queue_attributes(queue))
    for key in template.keys.values():
        made = cloud.client("kms").create_key(Description=key.name)["KeyMetadata"]["KeyId"]
        cloud.client("kms").create_alias(AliasName=f"alias/{key.name}", TargetKeyId=made)
    machines = cloud.client("stepfunctions")
    for machine in template.state_machines.values():
        role = f"arn:aws:iam::{ACCOUNT}:role/embedded"
        machines.create_state_machine(name=machine.name, definition=machine.definition, roleArn=role)


def _create_table(database: Any, table: Resource) -> None:
    given = {key: table.properties[key] for key in _TABLE_KEYS if key in table.properties}
    for index in given.get("GlobalSecondaryIndexes", []):
        index.pop("ProvisionedThroughput", None)
    database.create_table(TableName=table.name, BillingMode="PAY_PER_REQUEST", **given)
    expiry = table.properties.get("TimeToLiveSpecification")
    if expiry:
        specification = {"AttributeName": expiry["AttributeName"], "Enabled": True}
        database.update_time_to_live(TableName=table.name, TimeToLiveSpecification=specification)


def _queue_attributes(queue: Resource) -> dict[str, str]:
    found: dict[str, str] = {}
    for key in _QUEUE_KEYS:
        value = queue.properties.get(key)
        if value is not None:
            found[key] = json.dumps(value) if isinstance(value, Mapping) else str(value)
    return found


def _cors_rules(configuration: Mapping[str, Any]) -> list[dict[str, Any]]:
    renamed = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds", "Id": "ID"}
    rules = configuration["CorsRules"]
    return [{renamed.get(key, key): value for key, value in rule.items()} for rule in rules]
