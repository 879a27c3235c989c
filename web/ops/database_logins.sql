-- Lets the roles sign in by themselves, each with the password that the environment gives it. For psql, which docker-compose.yml
-- calls as the superuser, after database_roles.sql.

\getenv migrate MIGRATE_PASSWORD
\getenv web WEB_PASSWORD
\getenv projector PROJECTOR_PASSWORD
set log_statement to none;
alter role throughline_migrate login password :'migrate';
alter role throughline_web login password :'web';
alter role throughline_projector login password :'projector';
