from watcher.store.schema import APPLICATION_ID, STEPS


def test_the_mark_of_our_files_is_readable() -> None:
    assert APPLICATION_ID.to_bytes(4, "big") == b"WATC"


def test_steps_are_numbered_from_one_without_a_gap() -> None:
    assert [step[:5] for step in STEPS] == [f"m{number + 1:03}_" for number in range(len(STEPS))]
