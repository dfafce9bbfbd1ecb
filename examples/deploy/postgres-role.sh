#!/bin/sh
# Runs once, when PostgreSQL's container makes its data: a role for Postern that
# owns one database and may do nothing else, and nobody else in that database.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat "$POSTERN_PASSWORD_FILE")" -U "$POSTGRES_USER" -d postgres <<'SQL'
CREATE ROLE postern LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE postern OWNER postern ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE postern FROM PUBLIC;
SQL
