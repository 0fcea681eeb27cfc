-- Why: instances mark what they put into a cache, so that nobody else can put something else there.

CREATE TABLE hitl_shared_secrets (
    name text NOT NULL PRIMARY KEY,
    secret text NOT NULL
);
