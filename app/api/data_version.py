"""Which facts an answer was made of, in a header: a table and a feed have no other place for it."""

from flask import Blueprint, Response, request

from app.facts.almanac import DATA_VERSION

HEADER = "Fasti-Data-Version"
MEANING = "The version of the facts that the answer was made of."


def say_version(blueprint: Blueprint) -> None:
    """Name the facts in every answer of ``blueprint``; a refusal was not made of any."""

    @blueprint.after_request
    def add_header(response: Response) -> Response:
        if response.status_code < 400 and request.method != "OPTIONS":
            response.headers[HEADER] = DATA_VERSION
        return response
