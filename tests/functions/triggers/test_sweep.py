from triggers.sweep import handler


def test_the_schedule_sweeps_and_tells_what_it_found(cloud):
    cloud.add_job()
    cloud.clock.advance(minutes=3)
    assert handler({}, None) == {"started": 1}
