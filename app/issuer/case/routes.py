"""/ims/case/v1p1: a CASE 1.1 provider, open to anyone.

An application of its own, since its errors have another form.
"""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app import __version__
from app.competency.identifiers import UUID
from app.errors import NotFound
from app.issuer.case import status
from app.issuer.case.packages import Packages, Published, Thing
from app.issuer.case.selection import DEFAULT_LIMIT, MOST, Selection
from app.issuer.case.status import NotAnIdentifier
from app.issuer.catalogue.formats import CASE_PATH
from app.ports import Services
from app.web.context import ServicesOf
from app.web.limits import Throttle, open_to_anyone
from app.web.negotiation import choose

DISCOVERY = "/discovery/imscasev1p1_openapi3_v1p0.json"
MAX_OFFSET = 1_000_000_000
JSON, HTML = "application/json", "text/html"
VARIES = {"Vary": "Accept"}
CACHED = {"Cache-Control": "public, max-age=60"}  # a new version is seen within a minute

router = APIRouter(dependencies=[Depends(open_to_anyone)])


def build(services: Services, throttle: Throttle) -> FastAPI:
    """The application to mount at CASE_PATH; its OpenAPI document is the service's discovery."""
    app = FastAPI(
        title="CASE 1.1 provider",
        version=__version__,
        summary="Published competency frameworks by 1EdTech's Competencies and Academic Standards Exchange.",
        servers=[{"url": f"{services.settings.public_url}{CASE_PATH}"}],
        docs_url=None,
        redoc_url=None,
        openapi_url=DISCOVERY,
        root_path_in_servers=False,
    )
    app.state.services = services
    app.state.throttle = throttle
    app.state.packages = Packages(services)
    status.install(app)
    app.include_router(router)
    return app


def _packages(request: Request) -> Packages:
    return cast("Packages", request.app.state.packages)


Shelf = Annotated[Packages, Depends(_packages)]


def _identifier(identifier: str) -> str:
    if not UUID.fullmatch(identifier.lower()):
        raise NotAnIdentifier(f"{identifier[:60]!r} is no UUID.")
    return identifier.lower()


Identifier = Annotated[str, Depends(_identifier)]


def _found(packages: Packages, kind: str, identifier: str) -> tuple[Published, Thing]:
    found = packages.find(kind, identifier)
    if found is None:
        raise NotFound(f"There is no {kind} {identifier}.")
    return found


def _one(packages: Packages, kind: str, identifier: str) -> Thing:
    return _found(packages, kind, identifier)[1]


def _or_its_page(request: Request, packages: Packages, kind: str, identifier: str) -> Response:
    """One object for programs; a person's browser, which asks for HTML first, is led to the page about it."""
    published, thing = _found(packages, kind, identifier)
    if choose(request.headers.get("accept"), (JSON, HTML)) == HTML:
        return RedirectResponse(published.pages.get(identifier, published.page), 303, VARIES)
    return JSONResponse(thing, headers=CACHED | VARIES)


def _json(content: Any) -> JSONResponse:
    return JSONResponse(content, headers=CACHED)


@router.get("/CFDocuments")
def get_documents(
    services: ServicesOf,
    packages: Shelf,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
    sort: Annotated[str | None, Query(max_length=100)] = None,
    order_by: Annotated[str | None, Query(alias="orderBy", pattern="^(?i:asc|desc)$")] = None,
    filter: Annotated[str | None, Query(description="title~'smart' AND language='en'")] = None,  # noqa: A002 - CASE's name
    fields: Annotated[str | None, Query(max_length=1000)] = None,
) -> JSONResponse:
    """The documents of all published frameworks, a page at a time."""
    selection = Selection(limit, offset, sort, order_by, filter, fields)
    found = selection.chosen([each.document for each in packages.all().values()])
    address = f"{services.settings.public_url}{CASE_PATH}/CFDocuments"
    headers = {**CACHED, "X-Total-Count": str(len(found)), "Link": selection.links(address, len(found))}
    return JSONResponse({"CFDocuments": selection.page(found)}, headers=headers)


@router.get("/CFDocuments/{identifier}")
def get_document(request: Request, packages: Shelf, identifier: Identifier) -> Response:
    """The document of one framework."""
    return _or_its_page(request, packages, "CFDocument", identifier)


@router.get("/CFPackages/{identifier}")
def get_package(packages: Shelf, identifier: Identifier) -> JSONResponse:
    """A whole framework, by the identifier of its document."""
    found = packages.all().get(identifier)
    if found is None:
        raise NotFound(f"There is no CFPackage {identifier}.")
    return _json(found.package)


@router.get("/CFItems/{identifier}")
def get_item(request: Request, packages: Shelf, identifier: Identifier) -> Response:
    """One item."""
    return _or_its_page(request, packages, "CFItem", identifier)


@router.get("/CFItemAssociations/{identifier}")
def get_item_associations(packages: Shelf, identifier: Identifier) -> JSONResponse:
    """One item and the associations that begin or end there."""
    found = packages.find("CFItem", identifier)
    if found is None:
        raise NotFound(f"There is no CFItem {identifier}.")
    return _json({"CFItem": found[1], "CFAssociations": found[0].associations_of(identifier)})


@router.get("/CFAssociations/{identifier}")
def get_association(packages: Shelf, identifier: Identifier) -> JSONResponse:
    """One association."""
    return _json(_one(packages, "CFAssociation", identifier))


@router.get("/CFRubrics/{identifier}")
def get_rubric(packages: Shelf, identifier: Identifier) -> JSONResponse:
    """One rubric with its criteria and their levels."""
    return _json(_one(packages, "CFRubric", identifier))


@router.get("/CFItemTypes/{identifier}")
def get_item_type(packages: Shelf, identifier: Identifier) -> JSONResponse:
    """One type of items, as a set."""
    return _json({"CFItemTypes": [_one(packages, "CFItemType", identifier)]})


@router.get("/CFSubjects/{identifier}")
def get_subject(packages: Shelf, identifier: Identifier) -> JSONResponse:
    """One subject, as a set."""
    return _json({"CFSubjects": [_one(packages, "CFSubject", identifier)]})


@router.get("/CFConcepts/{identifier}")
def get_concept(packages: Shelf, identifier: Identifier) -> JSONResponse:
    """One concept, as a set."""
    return _json({"CFConcepts": [_one(packages, "CFConcept", identifier)]})


@router.get("/CFLicenses/{identifier}")
def get_license(packages: Shelf, identifier: Identifier) -> JSONResponse:
    """One licence."""
    return _json(_one(packages, "CFLicense", identifier))


@router.get("/CFAssociationGroupings/{identifier}")
def get_association_grouping(packages: Shelf, identifier: Identifier) -> JSONResponse:
    """One grouping of associations."""
    return _json(_one(packages, "CFAssociationGrouping", identifier))
