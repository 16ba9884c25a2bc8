#!/bin/sh
# A database and a role for each subgraph: none reads another's tables. They share the password that compose was given,
# so that two secrets are enough to begin with; give each role its own (ALTER ROLE) where services must not trust each other.
set -eu
for name in catalog cart inventory customer fulfilment; do
    psql --username postgres --set ON_ERROR_STOP=1 --set "name=$name" --set "password=$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
