"""A Flask application without a guard, a hook or a setting."""

from flask import Flask

app = Flask(__name__)


@app.get("/hello")
def hello() -> dict[str, str]:
    """Greet."""
    return {"message": "Hello, world!"}
