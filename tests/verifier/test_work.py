from app.verifier.work import MAX_WORK, VALUES_PER_OBJECT, Work, cost_of, exhausted


def test_cost_grows_with_objects_and_with_values_and_not_with_proofs():
    assert cost_of({}) == 1
    assert cost_of({"a": [{}, [{}], {"b": {}}], "c": 5}) == 5
    assert cost_of({"tag": ["x"] * 80}) == 1 + 80 // VALUES_PER_OBJECT
    assert cost_of({"proof": [{}] * 1000}) == 1


def test_first_is_looked_at_whatever_it_costs_and_then_there_is_a_limit():
    work = Work()
    assert work.take(10 * MAX_WORK)
    assert not work.take(1)
    work = Work(100)
    assert [work.take(40) for _ in range(4)] == [True, True, False, False]
    assert work.take(20)
    assert not work.take(1)


def test_nothing_is_left_after_a_document_beyond_its_bounds():
    work = Work()
    assert work.take(1)
    work.exhaust()
    assert not work.take(1)
    assert exhausted("/proof").pointer == "/proof"
