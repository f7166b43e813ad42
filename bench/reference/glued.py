"""The contract of a guarded answer, put together from the extensions as their documents say.

Flask-JWT-Extended verifies the bearer token and looks its id up in a blocklist in Redis;
Flask-Limiter counts by client in Redis and says what is left; Flask-Caching keeps the answer of
the view in Redis. Where the documents leave a choice, the faster one was taken: a symmetric key, a
fixed window, one decoding of the token for all who ask about it.

The answers themselves come from a file that holds those of Fasti: how a calendar is computed is no
part of the comparison.
"""

import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import redis
from flask import Flask, Response, abort, jsonify, request
from flask_caching import Cache
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    get_jwt,
    get_jwt_identity,
    verify_jwt_in_request,
)
from flask_limiter import Limiter

OPEN_ENDPOINTS = ("log_in",)


def create_app(environment: dict[str, str]) -> Flask:
    """Return the application.

    REFERENCE_REDIS_URL, REFERENCE_JWT_SECRET; REFERENCE_LIMIT: such as "100/minute";
    REFERENCE_CLIENTS: JSON file of secrets by client; REFERENCE_ANSWERS: of answers by path.
    """
    redis_url = environment["REFERENCE_REDIS_URL"]
    clients: dict[str, str] = json.loads(Path(environment["REFERENCE_CLIENTS"]).read_text())
    answers: dict[str, Any] = json.loads(Path(environment["REFERENCE_ANSWERS"]).read_text())
    token_life = timedelta(days=1)

    app = Flask(__name__)
    app.config["JWT_SECRET_KEY"] = environment["REFERENCE_JWT_SECRET"]
    app.config["JWT_ACCESS_TOKEN_EXPIRES"] = token_life

    jwt = JWTManager(app)
    blocklist = redis.Redis.from_url(redis_url, decode_responses=True)

    @jwt.token_in_blocklist_loader
    def is_revoked(_header: dict[str, Any], payload: dict[str, Any]) -> bool:
        return blocklist.get(f"revoked:{payload['jti']}") is not None

    # Before the limiter, which counts by whoever the token speaks for.
    @app.before_request
    def authenticate() -> None:
        if request.endpoint not in OPEN_ENDPOINTS:
            verify_jwt_in_request()

    limiter = Limiter(
        key_func=get_jwt_identity,
        default_limits=[environment["REFERENCE_LIMIT"]],
        storage_uri=redis_url,
        strategy="fixed-window",
        headers_enabled=True,
    )
    limiter.init_app(app)
    cache = Cache(
        app,
        config={
            "CACHE_TYPE": "RedisCache",
            "CACHE_REDIS_URL": redis_url,
            "CACHE_DEFAULT_TIMEOUT": 3600,
        },
    )

    @app.post("/login")
    @limiter.exempt
    def log_in() -> Response:
        client, secret = request.json["client_id"], request.json["client_secret"]
        if not secrets.compare_digest(clients.get(client, ""), secret):
            abort(401)
        return jsonify(access_token=create_access_token(client))

    @app.post("/logout")
    def log_out() -> Response:
        blocklist.set(f"revoked:{get_jwt()['jti']}", "", ex=token_life)
        return jsonify(message="revoked")

    @app.get("/api/v1/calendars/<calendar_id>/days/<day>")
    @cache.cached(query_string=True)
    def show_day(calendar_id: str, day: str) -> Response:
        answer = answers.get(f"/api/v1/calendars/{calendar_id}/days/{day}")
        if answer is None:
            abort(404)
        return jsonify(answer)

    return app


if "REFERENCE_REDIS_URL" in os.environ:  # A server imports it; a test makes its own.
    app = create_app(dict(os.environ))
