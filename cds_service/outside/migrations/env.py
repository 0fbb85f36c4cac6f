"""Run by Alembic inside `Database.migrate`, on its connection and in its transaction."""

from alembic import context

from cds_service.outside.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
