"""Lambda entry point for /reports/…. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder import runtime, usage
from stepcoder.api.days import days_of
from stepcoder.api.resolver import Answer, Api
from stepcoder.billing import UsageLine
from stepcoder.dialects.zencoder.dialect import Zencoder
from stepcoder.dialects.zencoder.reports import live_report, vod_report, whole_report

app = Api(Zencoder())


def _used() -> list[UsageLine]:
    account = app.caller()
    return usage.report(account, days_of(app.parameter, runtime.now().date()), app.parameter("grouping") or None)


@app.read("/reports/minutes")
@app.read("/reports/vod")
def vod() -> Answer:
    return app.answer(vod_report(_used()))


@app.read("/reports/all")
def everything() -> Answer:
    return app.answer(whole_report(_used()))


@app.read("/reports/live")
def live() -> Answer:
    app.caller()
    days_of(app.parameter, runtime.now().date())
    return app.answer(live_report())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
