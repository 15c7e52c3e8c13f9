"""The servers and the sites that these tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sites.parties import PARTIES, Site
from tests.sites.person import Person
from tests.sites.servers import SERVERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sites.parties import Party
    from tests.sites.servers import Running

RETURN = "http://127.0.0.1:9/retour"
"""Where nobody listens: the browser of the tests stops before it."""


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module")
def site(server: Running) -> Site:
    """A site of the Ordre: consent is not asked."""
    made = server.site("jesignexpert", RETURN, "--service", "jesignexpert")
    return Site(issuer=server.url, client_id=made["client_id"], secret=made["client_secret"], redirect_uri=RETURN)


@pytest.fixture(scope="module")
def foreign_site(server: Running) -> Site:
    """A site of somebody else: consent is asked each time."""
    made = server.site("Annuaire", RETURN)
    return Site(issuer=server.url, client_id=made["client_id"], secret=made["client_secret"], redirect_uri=RETURN)


@pytest.fixture(params=sorted(PARTIES))
def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def party(library: str, site: Site) -> Iterator[Party]:
    with PARTIES[library](site) as party:
        yield party


@pytest.fixture
def foreign_party(library: str, foreign_site: Site) -> Iterator[Party]:
    with PARTIES[library](foreign_site) as party:
        yield party


@pytest.fixture
def browser(server: Running) -> Iterator[Person]:
    person = Person(server.url)
    yield person
    person.close()
