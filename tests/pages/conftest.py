"""The whole service, and a verifier alone: pages that both have look the same in both."""

import pytest
from fastapi.testclient import TestClient

from app import services as composition
from app.alone import create_app
from app.settings import Settings


@pytest.fixture
def alone(tmp_path):
    services = composition.build_alone(Settings(data_dir=tmp_path / "data"))
    with TestClient(create_app(services), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture(params=["whole", "alone"])
def client(request, world, alone):
    return world.client if request.param == "whole" else alone
