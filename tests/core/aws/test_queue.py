from stepcoder.aws import queue


def test_a_message_is_sent_as_json(cloud):
    queue.send({"event_id": "e", "body": 'Zürich "quoted"'})
    (message,) = cloud.received()
    assert message["body"] == 'Zürich "quoted"'


def test_a_received_message_can_be_shown_again_at_once_or_later(cloud):
    queue.send({"event_id": "e"})
    (message,) = cloud.received()
    queue.show_again_in(message["record"]["ReceiptHandle"], 0)
    (again,) = cloud.received()
    assert again["record"]["Attributes"]["ApproximateReceiveCount"] == "2"
    queue.show_again_in(again["record"]["ReceiptHandle"], 600)
    assert cloud.received() == []
