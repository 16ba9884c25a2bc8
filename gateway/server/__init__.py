"""GraphQL over HTTP: the ASGI application and what it is made of."""
