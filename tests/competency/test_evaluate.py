"""The golden learners get exactly the outcomes written by hand; groups, profiles and versions."""

import json
import random
from datetime import date

import pytest

from app.competency.evaluate import Evidence, Status, evaluate, valid_until
from app.competency.framework import Framework
from app.errors import BadInput, NotFound

AS_OF = date(2026, 9, 1)


def open_leaves(node):
    """The nodes that expected.yaml names under `why`: open, and with no open rule node below them."""
    if node.status is Status.MET or node.kind == "competency":
        return []
    below = [leaf for child in node.children for leaf in open_leaves(child)]
    return below or [f"{node.id} {node.reason}"]


def open_competencies(node):
    own = [f"{node.ref} {node.reason}"] if node.kind == "competency" and node.status is not Status.MET else []
    return own + [item for child in node.children for item in open_competencies(child)]


def test_the_golden_cases_of_micro_credentials(framework, golden_results, expected):
    cases = [case for case in expected["cases"] if case["award"].startswith("MC-")]
    assert len(cases) == 5
    for case in cases:
        as_of = date.fromisoformat(str(case.get("as_of", AS_OF)))
        evaluation = evaluate(framework, case["award"], Evidence(golden_results[case["person"]]), as_of=as_of)
        assert evaluation.status.value == case["outcome"], case
        if "why" in case:
            assert open_leaves(evaluation.root) == case["why"], case
        if "competencies" in case:
            assert open_competencies(evaluation.root) == case["competencies"], case
        for competency, level in case.get("reached", {}).items():
            assert evaluation.levels[competency] == level


def test_who_has_which_micro_credential(framework, golden_results):
    """The micro-credentials in golden/credentials.csv are those whose rules their holders meet, but for the expired."""
    met = {
        learner: "".join(
            evaluate(framework, f"MC-{number:02d}", Evidence(results), as_of=AS_OF).status.value[0]
            for number in range(1, 11)
        )
        for learner, results in golden_results.items()
    }
    assert met == {
        "p-ana": "mmnnmmmmnn",
        "p-boris": "mmnnmmmnnn",
        "p-carmen": "mmnnmmmmnn",
        "p-dimi": "mmnnmmmenn",
        "p-eleni": "nnnnnnnnnn",
        "p-iosif": "nmnnmmmmnn",
        "p-kiril": "npnnnnnnnn",
        "p-lena": "nnnnnnnnnn",
    }


def test_ana_has_mc_02_with_versions_dates_and_evidence(framework, golden_results):
    evaluation = evaluate(framework, "MC-02", Evidence(golden_results["p-ana"]), as_of=AS_OF)
    assert evaluation.is_met
    assert evaluation.met_on == date(2025, 12, 12)
    assert evaluation.levels == {f"PRJ.{n}": "L3" for n in range(1, 6)}
    assert (evaluation.rule_version, evaluation.rule_hash) == ("1.0.0", framework.rule_hashes["MC-02"])
    assert (evaluation.framework_version, evaluation.framework_hash) == ("0.1.0", framework.content_hash)
    outcomes, practice = evaluation.root.children
    assert outcomes.children[0].evidence == ("moodle-a:r0006", "moodle-a:r0005")
    assert practice.numbers == {"have": "15", "need": "10", "of": "15"}
    assert evaluate(framework, "MC-02", Evidence(golden_results["p-ana"]), as_of=date(2025, 12, 11)).status == "not_met"


def test_boris_misses_three_points(framework, golden_results):
    evaluation = evaluate(framework, "MC-08", Evidence(golden_results["p-boris"]), as_of=AS_OF)
    (node,) = [item for item in evaluation.root.children[0].children if item.status is not Status.MET]
    assert node.numbers == {
        "need_level": "L2", "have_level": "L1", "assessment": "C08-T", "section": "SEC.2",
        "have": "17", "need": "20", "of": "30",
    }  # fmt: skip
    assert node.next_step.to_json() == {
        "code": "RETAKE",
        "params": {"assessment": "C08-T", "section": "SEC.2", "attempt": "2", "attempts": "3"},
    }


def test_dimis_evidence_counts_through_its_last_day(framework, golden_results):
    evidence = Evidence(golden_results["p-dimi"])
    assert evaluate(framework, "MC-08", evidence, as_of=date(2026, 5, 10)).is_met
    expired = evaluate(framework, "MC-08", evidence, as_of=date(2026, 5, 11))
    assert expired.status is Status.EXPIRED
    assert open_competencies(expired.root)[1] == "SEC.2 EVIDENCE_EXPIRED"
    assert expired.root.children[0].children[1].numbers["valid_through"] == "2026-05-10"


def test_after_the_signature_kiril_has_mc_02(framework, golden_results):
    records = golden_results["p-kiril"]
    pending = evaluate(framework, "MC-02", Evidence(records), as_of=AS_OF)
    (node,) = [item for item in pending.root.children[0].children if item.status is not Status.MET]
    assert node.evidence == ("moodle-a:r0503",)
    assert node.next_step.code == "ASK_SIGN_OFF"
    signed = tuple(sign(record) if record.source_record_id == "r0503" else record for record in records)
    evaluation = evaluate(framework, "MC-02", Evidence(signed), as_of=AS_OF)
    assert (evaluation.status, evaluation.met_on) == (Status.MET, date(2026, 8, 20))
    assert evaluate(framework, "MC-02", Evidence(signed), as_of=date(2026, 8, 19)).status is Status.PENDING


def sign(record):
    fields = {name: getattr(record, name) for name in record.__slots__ if name != "share"}
    return type(record)(**fields | {"signed_off_by": "as-2", "signed_off_on": date(2026, 8, 20)})


def test_the_order_of_results_changes_nothing(framework, golden_results):
    for results in golden_results.values():
        for award in ("MC-02", "MC-07", "MC-08"):
            wanted = evaluate(framework, award, Evidence(results), as_of=AS_OF).to_json()
            for seed in range(3):
                mixed = random.Random(seed).sample(results, len(results))
                assert evaluate(framework, award, Evidence(tuple(mixed)), as_of=AS_OF).to_json() == wanted


def test_the_json_is_plain_and_says_all(framework, golden_results):
    answer = evaluate(framework, "MC-08", Evidence(golden_results["p-boris"]), as_of=AS_OF).to_json()
    assert json.loads(json.dumps(answer)) == answer
    assert list(answer) == [
        "achievement", "status", "as_of", "met_on", "rule_version", "rule_hash", "framework", "levels", "left_out",
        "root",
    ]  # fmt: skip


def test_results_that_do_not_count_are_told(framework, result):
    records = (result("C02-P", "PRJ.1", "3", of="3", attempt=3), result("C02-T", "PRJ.1", "20"))
    evaluation = evaluate(framework, "MC-02", Evidence(records), as_of=AS_OF)
    (left,) = evaluation.left_out
    assert (left.ref, left.reason) == (records[0].ref, "ATTEMPT_OVER_LIMIT")
    assert evaluation.to_json()["left_out"] == [{"result": records[0].ref, "reason": "ATTEMPT_OVER_LIMIT"}]
    assert evaluate(framework, "MC-01", Evidence(records), as_of=AS_OF).left_out == ()


def no_signatures(document):
    document["policy"]["level_rules"][2]["all"][0]["signed_off"] = False
    for item in document["assessments"]:
        item["needs_sign_off"] = False


def whole(fraction):
    def change(document):
        document["micro_credentials"][7]["requirements"]["all"][1]["assessment"]["total_min"] = fraction

    return change


def two_thirds(fraction):
    def change(document):
        document["mappings"][0]["steps"][1]["from"] = fraction

    return change


MUTATIONS = [
    ("p-carmen", "MC-02", two_thirds("667/1000"), "met", "not_met"),
    ("p-carmen", "MC-01", two_thirds("201/300"), "met", "not_met"),
    ("p-boris", "MC-08", two_thirds("17/30"), "not_met", "met"),
    ("p-boris", "MC-08", two_thirds("171/300"), "not_met", "not_met"),
    ("p-ana", "MC-08", whole("11/12"), "met", "met"),
    ("p-ana", "MC-08", whole("111/120"), "met", "not_met"),
    ("p-kiril", "MC-02", no_signatures, "pending", "met"),
    ("p-lena", "MC-02", lambda d: d["policy"]["level_rules"][2]["all"].pop(0), "not_met", "not_met"),
    ("p-dimi", "MC-08", lambda d: [c.update(evidence_max_age="P40M") for c in d["competencies"]], "expired", "met"),
    ("p-ana", "MC-02", lambda d: d["policy"]["evidence_max_age"].update(default="P8M"), "met", "expired"),
    ("p-ana", "MC-02", lambda d: d["policy"]["sign_off"]["by_other_than"].append("assessor"), "met", "pending"),
    ("p-ana", "MC-02", lambda d: d["assessments"][2]["sections"].pop(), "met", "not_met"),
    ("p-ana", "MC-02", lambda d: d["policy"].update(accepted_statuses=["provisional"]), "met", "not_met"),
]


@pytest.mark.parametrize(("learner", "award", "change", "before", "after"), MUTATIONS)
def test_a_changed_rule_is_noticed(document, framework, golden_results, learner, award, change, before, after):
    change(document)
    evidence = Evidence(golden_results[learner])
    old, new = (evaluate(rules, award, evidence, as_of=AS_OF) for rules in (framework, Framework.of(document)))
    assert (old.status, new.status) == (before, after)
    assert old.rule_hash != new.rule_hash


def node(identifier, **rule):
    return {"id": identifier, "label": {"en": identifier}, **rule}


def competency(name, level):
    return node(f"{name}-{level}", competency={"ref": name, "min_level": level})


def with_rule(document, requirements):
    document["micro_credentials"][1]["requirements"] = requirements
    return Framework.of(document)


def groups(document, records, rule):
    return evaluate(with_rule(document, rule), "MC-02", Evidence(tuple(records)), as_of=AS_OF).root


def test_any_is_met_by_one_and_on_the_day_of_the_first(document, result):
    records = [result("C02-T", "PRJ.1", "20", on="2026-03-10"), result("C02-T", "PRJ.2", "20", on="2026-02-10")]
    root = groups(document, records, node("r", any=[competency("PRJ.1", "L2"), competency("PRJ.2", "L2")]))
    assert (root.status, root.met_on) == (Status.MET, date(2026, 2, 10))
    root = groups(document, records, node("r", any=[competency("PRJ.3", "L2"), competency("PRJ.4", "L2")]))
    assert (root.status, root.reason, root.numbers) == (
        Status.NOT_MET, "N_OF_M_SHORT", {"have": "0", "need": "1", "of": "2"},
    )  # fmt: skip


def test_at_least_is_met_on_the_day_on_which_enough_were(document, result):
    records = [result("C02-T", f"PRJ.{n}", "20", on=f"2026-0{n}-10") for n in (1, 2, 3)]
    rule = {"n": 2, "of": [competency(f"PRJ.{n}", "L2") for n in (1, 2, 3, 4)]}
    root = groups(document, records, node("r", at_least=rule))
    assert (root.status, root.met_on) == (Status.MET, date(2026, 2, 10))
    assert groups(document, records[:1], node("r", at_least=rule)).status is Status.NOT_MET
    pending = result("C02-T", "PRJ.4", "20", status="provisional")
    assert groups(document, [records[0], pending], node("r", at_least=rule)).status is Status.PENDING


def test_a_rule_may_want_younger_evidence(document, result):
    record = result("C02-T", "PRJ.1", "20", on="2026-03-10")
    rule = node("r", competency={"ref": "PRJ.1", "min_level": "L2", "max_age": "P5M"})
    root = groups(document, [record], rule)
    assert (root.status, root.reason) == (Status.EXPIRED, "EVIDENCE_EXPIRED")
    assert root.numbers["valid_through"] == "2026-08-10"
    rule["competency"]["max_age"] = "P6M"
    assert groups(document, [record], rule).status is Status.MET


@pytest.mark.parametrize(
    ("electives", "status", "reason"),
    [
        (["PRJ.2", "PRO.1", "PRO.3"], Status.MET, "MET"),
        (["PRJ.2", "PRO.1"], Status.NOT_MET, "ELECTIVES_SHORT"),
    ],
)
def test_a_profile_wants_all_mandatory_and_some_electives(document, result, signed, electives, status, reason):
    document["roles"][0]["profile"]["mandatory"] = [{"competency": "PRJ.1", "min_level": "L3"}]
    homes = {"PRJ.2": "C02-T", "PRO.1": "C03-T", "PRO.3": "C04-T"}
    records = [result("C02-T", "PRJ.1", "20"), result("C02-P", "PRJ.1", "3", of="3", **signed)]
    records += [result(homes[name], name, "20") for name in electives]
    rule = node("r", competencies={"profile": "SCPM", "mandatory": "all", "elective_at_least": 3})
    root = groups(document, records, rule)
    assert (root.status, root.reason) == (status, reason)
    assert groups(document, records[2:], rule).reason == "COMPETENCIES_OPEN"
    assert len(root.children) == 11


def test_an_unknown_award_is_not_found(framework):
    with pytest.raises(NotFound, match="MC-99"):
        evaluate(framework, "MC-99", Evidence(), as_of=AS_OF)


def test_results_of_several_learners_are_refused(framework, golden_results):
    mixed = golden_results["p-ana"] + golden_results["p-lena"]
    with pytest.raises(BadInput):
        evaluate(framework, "MC-02", Evidence(mixed), as_of=AS_OF)


def test_validity_is_counted_from_the_award(framework):
    assert valid_until(framework, "MC-08", date(2026, 3, 20)) == date(2029, 3, 20)
    assert valid_until(framework, "RC-SCPM", date(2026, 8, 15)) == date(2029, 8, 15)
    assert valid_until(framework, "MC-02", date(2026, 3, 20)) is None
