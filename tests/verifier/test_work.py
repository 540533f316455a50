from app.verifier.work import MAX_WORK, VALUES_PER_OBJECT, Work, cost_of, exhausted


def test_cost_grows_with_objects_and_with_values_and_not_with_proofs():
    assert cost_of({}) == 1
    assert cost_of({"a": [{}, [{}], {"b": {}}], "c": 5}) == 5
    assert cost_of({"tag": ["x"] * 80}) == 1 + 80 // VALUES_PER_OBJECT
    assert cost_of({"proof": [{}] * 1000}) == 1


def test_first_is_looked_at_whatever_it_costs_and_then_there_is_a_limit():
    work = Work()
    assert work.take(lambda: 10 * MAX_WORK)
    assert not work.take(lambda: 1)
    work = Work(100)
    assert [work.take(lambda: 40) for _ in range(4)] == [True, True, False, False]
    assert work.take(lambda: 20)
    assert not work.take(lambda: 1)


def test_what_comes_first_is_counted_only_when_something_follows():
    counted = []
    work = Work(100)
    assert work.take(lambda: counted.append("first") or 60)
    assert not counted
    assert not work.take(lambda: 41)
    assert (counted, work.take(lambda: 40)) == (["first"], True)


def test_nothing_is_left_after_a_document_beyond_its_bounds():
    work = Work()
    assert work.take(lambda: 1)
    work.exhaust()
    assert not work.take(lambda: 1)
    assert exhausted("/proof").pointer == "/proof"
