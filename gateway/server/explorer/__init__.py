"""GraphiQL, served from files of the package."""
