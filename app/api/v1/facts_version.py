"""GET /api/v1/data-version, public: what a client looks at to see whether to ask anew."""

from flask import Response
from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import NoParameters, parse_query
from app.api.v1 import blueprint
from app.api.v1.lookup import almanac
from app.auth.guard import public
from app.cache.answers import respond
from app.facts.almanac import ADAPTER_REVISION, DATA_VERSION, LIBRARY_NAME, LIBRARY_VERSION
from app.facts.year_builder import FACTS_YEAR


class LibraryBody(Answer):
    """The library of facts."""

    name: str = Field(examples=[LIBRARY_NAME])
    version: str = Field(examples=[LIBRARY_VERSION])


class DataVersionAnswer(Answer):
    """The facts that answers are made of. Equal versions give equal answers."""

    data_version: str = Field(examples=[DATA_VERSION])
    library: LibraryBody
    adapter_revision: int = Field(description="Raised when Fasti reads the library in another way.")
    facts_year: int = Field(description="The year they were released; later ones are computed.")
    calendars: int = Field(description="How many there are, joint ones aside.")


@blueprint.get("/data-version")
@public
@documented(query=NoParameters, answers=DataVersionAnswer, guarded=False)
def show_data_version() -> Response:
    """Say which facts answers are made of. Needs no token.

    Problems: invalid-query 400.
    """
    parse_query(NoParameters)
    response = respond(
        DataVersionAnswer(
            data_version=DATA_VERSION,
            library=LibraryBody(name=LIBRARY_NAME, version=LIBRARY_VERSION),
            adapter_revision=ADAPTER_REVISION,
            facts_year=FACTS_YEAR,
            calendars=len(list(almanac().catalogue)),
        ).to_json()
    )
    response.cache_control.max_age = 0
    return response
