"""Telling customers what became of their outputs and jobs (zencoder-api 4.3): rendering, queueing, delivering.

Rendering and queueing happen where something ends; delivering happens in a worker of its own, from the queue.
"""

from stepcoder.notifications.queueing import queue_job_notifications, queue_output_notifications

__all__ = ["queue_job_notifications", "queue_output_notifications"]
