from tests.bench.match_topics import measure


def test_the_benchmark_of_matching_runs() -> None:
    told = measure(60, 20)
    assert told.topics == 60
    assert told.items_per_s > 0
