from app.pages.outline import Item, outline

NARRATIVE = """It is awarded when this is met.

- All of these:
  - One
    - deeper
  - Two
- Last

What counts:

- A"""


def test_an_outline_of_every_kind_of_block():
    paragraph, nested, heading, flat = outline(NARRATIVE)
    assert (paragraph.kind, paragraph.text) == ("paragraph", "It is awarded when this is met.")
    assert nested.items == (
        Item("All of these:", [Item("One", [Item("deeper")]), Item("Two")]),
        Item("Last"),
    )
    assert (heading.kind, heading.text) == ("heading", "What counts")
    assert flat.items == (Item("A"),)


def test_odd_texts_do_not_break_it():
    for text in ("", "- ", "      - far in", "- a\nb", "\n\n\n", ":"):
        outline(text)


def test_every_award_of_the_reference_framework_is_told_whole(shared):
    for each in shared.client.get("/api/v1/achievements", headers=shared.headers).json()["achievements"]:
        page = shared.client.get(f"/achievements/{each['id']}", headers={"Accept": "text/html"}).text
        words = shared.client.get(f"/api/v1/achievements/{each['code']}", headers=shared.headers).json()[
            "rule_in_words"
        ]
        assert page.count("<li>") >= words.count("\n- ")
        assert "<h3>" in page
