from dataclasses import dataclass, replace

from app.vc.remembered import Remembered, found_once, remembering


def test_what_was_found_out_is_known_by_its_exact_content():
    asked = []
    fits = Remembered(lambda value: asked.append(value) or value["a"] is not True, max_bytes=100)
    for value, is_right in (({"a": 1}, True), ({"a": 1.0}, True), ({"a": True}, False), ({"a": True}, False)):
        assert fits(value) is is_right
    assert fits({"a": 1})
    assert fits({"a": 1.0})
    assert asked == [{"a": 1}, {"a": 1.0}, {"a": True}]
    assert type(asked[1]["a"]) is float
    for number in range(100):
        assert fits({"a": number})
        assert sum(map(len, fits.known)) == fits.size < 150
    assert fits({"a": {1, 2}.__iter__})  # what is no JSON is not remembered


def test_short_texts_are_remembered_and_nothing_else_is():
    asked = []

    @remembering(2, 10)
    def size(text, more=0):
        asked.append(text)
        return len(text) + more

    for text in ("short", "short", "a long text", "a long text", ("no", "text"), ("no", "text")):
        assert size(text) == len(text)
    assert asked == ["short", "a long text", "a long text", ("no", "text"), ("no", "text")]
    assert (size("short", 1), size("short", 2), size("short", 1)) == (6, 7, 6)
    assert size("third", 0) == size("third", 0) == 5
    assert len(asked) == 8
    assert size("short") == 5
    assert len(asked) == 9  # two are remembered, the last ones


def test_a_property_is_found_out_once_for_each_object():
    asked = []

    @dataclass(frozen=True)
    class Pair:
        one: int
        two: int

        @found_once
        def total(self):
            """Both."""
            asked.append(self)
            return self.one + self.two

    pair = Pair(1, 2)
    assert (pair.total, pair.total, replace(pair, two=3).total) == (3, 3, 4)
    assert asked == [pair, Pair(1, 3)]
