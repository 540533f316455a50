"""The competency map and a course as a person reads them: texts in one language, links, rows by area."""

from typing import Any
from urllib.parse import quote

from app.competency.competency_map import NO_RESOURCE, NOT_SHOWN, NOT_TAUGHT
from app.issuer.catalogue.published import Shown
from app.pages.map_picture import picture

Thing = dict[str, Any]
MAX_CELLS = 20_000  # of the picture and of the table; a larger map is read as JSON
MAX_LISTED = 1_000  # gaps, courses, learning resources; more are counted
BLOCKING = {NOT_TAUGHT, NOT_SHOWN}  # the way to the level is closed; without a learning resource it is only harder
SHORT = 6  # letters of a role's id that fit above a column of the picture


def map_view(told: Thing, shown: Shown) -> Thing:
    """Return the values of map.html; `told` is a competency_map of the framework that is shown."""
    ranks = {each["id"]: rank for rank, each in enumerate(told["levels"], start=1)}
    roles = [_role(each, number, shown) for number, each in enumerate(told["roles"], start=1)]
    needs = {(role["id"], need["competency"]): need for role in told["roles"] for need in role["needs"]}
    competencies = [each for each in told["competencies"] if each["roles"] or not each["retired"]]
    is_small = len(competencies) * (len(roles) + 3) <= MAX_CELLS
    has_links = any(each["roles"] or any(each["highest"].values()) for each in competencies)
    rows = [_row(each, roles, needs, ranks, shown) for each in competencies] if is_small and has_links else []
    groups = _groups(told["areas"], rows, shown)
    return {
        "here": f"{shown.url()}/map",
        "framework_url": shown.url(),
        "title": shown.said(told["framework"]["title"]),
        "version": told["framework"]["version"],
        "levels": [each | {"name": shown.said(each["name"])} for each in told["levels"]],
        "roles": roles,
        "groups": groups,
        "is_small": is_small,
        "picture": picture(groups, roles) if rows else None,
        "gaps": [each for each in told["gaps"] if each["code"] in BLOCKING][:MAX_LISTED],
        "without_resource": [each for each in told["gaps"] if each["code"] == NO_RESOURCE][:MAX_LISTED],
        "more_gaps": len(told["gaps"]) > MAX_LISTED,
        "most_listed": MAX_LISTED,
        "not_needed": told["not_needed"] if roles else [],
        "courses": [_course(each, shown) for each in told["courses"][:MAX_LISTED]],
        "resources": resources(told["learning_resources"][:MAX_LISTED], shown),
        "more_resources": max(0, len(told["learning_resources"]) - MAX_LISTED),
    }


def _role(role: Thing, number: int, shown: Shown) -> Thing:
    label = role["id"] if len(role["id"]) <= SHORT else f"R{number}"
    return role | {"label": label, "name": shown.said(role["name"])}


def _row(
    competency: Thing, roles: list[Thing], needs: dict[tuple[str, str], Thing], ranks: dict[str, int], shown: Shown
) -> Thing:
    cells = [needs.get((role["id"], competency["id"])) for role in roles]
    gaps = {code for cell in cells if cell for code in cell["gaps"]}
    return {
        "id": competency["id"],
        "name": shown.said(competency["name"]),
        "url": shown.url(competency["id"]),
        "area": competency["area"],
        "cells": [
            None if cell is None else cell | {"rank": ranks[cell["level"]], "is_gap": bool({*cell["gaps"]} & BLOCKING)}
            for cell in cells
        ],
        "ways": [
            {"level": level, "rank": 0 if level is None else ranks[level], "is_gap": code in gaps}
            for way, code in (("taught", NOT_TAUGHT), ("shown", NOT_SHOWN), ("learning_resources", NO_RESOURCE))
            for level in [competency["highest"][way]]
        ],
        "courses": [each | {"url": _course_url(each["id"], shown)} for each in competency["courses"]],
        "assessments": competency["assessments"],
        "resources": competency["learning_resources"],
    }


def _groups(areas: list[Thing], rows: list[Thing], shown: Shown) -> list[Thing]:
    """Return the rows by area, those outside areas last."""
    by_area: dict[str | None, list[Thing]] = {}
    for row in rows:
        by_area.setdefault(row["area"], []).append(row)
    named = [
        {"id": each["id"], "name": shown.said(each["name"]), "rows": by_area[each["id"]]}
        for each in areas
        if each["id"] in by_area
    ]
    return [*named, {"id": None, "name": None, "rows": by_area[None]}] if None in by_area else named


def _course_url(code: str, shown: Shown) -> str:
    return f"{shown.url()}/courses/{quote(code, safe='')}"


def _course(course: Thing, shown: Shown) -> Thing:
    return {
        "id": course["id"],
        "title": shown.said(course["title"]),
        "url": _course_url(course["id"], shown),
        "workload_hours": course["workload_hours"],
        "credits": course.get("credits"),
        "eqf": course.get("eqf"),
        "competencies": list(dict.fromkeys(each["competency"] for each in course["learning_outcomes"])),
    }


def resources(listed: list[Thing], shown: Shown) -> list[Thing]:
    """Return learning resources as the templates show them."""
    return [
        {
            "id": each["id"],
            "title": shown.said(each["title"]),
            "url": each["url"],
            "about": [each[name] for name in ("type", "language", "provider", "licence") if name in each],
            "competencies": each.get("competencies", []),
            "courses": [{"id": code, "url": _course_url(code, shown)} for code in each.get("courses", [])],
        }
        for each in listed
    ]


def course_view(told: Thing, shown: Shown) -> Thing:
    """Return the values of course.html; `told` is what mapped.course tells."""
    course = told["course"]
    return {
        "framework_url": shown.url(),
        "framework": shown.said(told["framework"]["title"]),
        "framework_version": told["framework"]["version"],
        "id": course["id"],
        "title": shown.said(course["title"]),
        "description": shown.said(course["description"]) if "description" in course else None,
        "provider": course.get("provider"),
        "url": course.get("url"),
        "outcomes": [
            each | {"text": shown.said(each["text"]), "url": shown.url(each["competency"])}
            for each in course["learning_outcomes"]
        ],
        "elements": told["elements"],
        "assessments": [
            each | {"title": shown.said(each["title"]) if each["title"] else None} for each in told["assessments"]
        ],
        "resources": resources(told["learning_resources"][:MAX_LISTED], shown),
        "more_resources": max(0, len(told["learning_resources"]) - MAX_LISTED),
        "roles": [each | {"name": shown.said(each["name"])} for each in told["roles"]],
        "achievements": [each | {"title": shown.said(each["title"])} for each in told["achievements"]],
    }
