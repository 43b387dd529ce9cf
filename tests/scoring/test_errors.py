import pickle

from kaoping.scoring.errors import ConstantItem, NotIdentified


def test_an_error_keeps_its_facts_and_writes_its_sentence() -> None:
    error = ConstantItem(item="BZ-0268", n=620)

    assert error.item == "BZ-0268"
    assert error.n == 620
    assert str(error) == "All 620 answers to item BZ-0268 were marked alike; leave the item out of the calibration."
    assert isinstance(error, NotIdentified)


def test_an_error_survives_the_way_back_from_a_process_pool() -> None:
    error = pickle.loads(pickle.dumps(ConstantItem(item="BZ-0268", n=620)))  # noqa: S301 - our own bytes

    assert (error.item, error.n, str(error)) == ("BZ-0268", 620, str(ConstantItem(item="BZ-0268", n=620)))
