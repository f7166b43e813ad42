"""What Alembic runs: one transaction, on the connection that ``upgrade`` hands over."""

from alembic import context

from app.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place.
)
with context.begin_transaction():
    context.run_migrations()
