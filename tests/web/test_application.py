"""Applications share routes, and nothing else."""

from tests import service


def test_two_at_once_answer_each_by_its_own_services(sqlite_house):
    one, other = (service.build(sqlite_house.fresh("empty", lambda _: None)) for _ in range(2))
    learner = {"name": "Ana", "email": "ana@example.org"}
    assert one.client.put("/api/v1/learners/p-1", json=learner, headers=one.headers).status_code == 201
    answers = [each.client.get("/api/v1/learners/p-1", headers=each.headers).status_code for each in (one, other)]
    assert answers == [200, 404]
    for each in (one, other):
        each.services.database.close()


def test_the_method_may_be_wrong_for_every_route_of_a_path(world):
    answer = world.client.request("DELETE", "/api/v1/credentials", headers=world.headers)
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    nothing = world.client.get("/api/v1/nothing", headers=world.headers)
    assert nothing.status_code == 404
    for refused in (answer, nothing):
        assert refused.json()["remedy"].startswith("GET /docs is a page with all addresses")
