"""Every error is an answer: application/problem+json, RFC 9457 (July 2023)."""

from flask import Flask

from app.errors import handlers
from app.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Answer every error of ``app`` as a problem."""
    handlers.register(app)
