-- A linking code that has been confirmed is known to be no part of a card number: what was held of it is dropped then, or its six digits would
-- be put beside the last four that the person names an account by, and now and then be taken for a card number with them.

SET ROLE parley_app_owner;

CREATE FUNCTION channels.drop_held_digits(p_message uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ DELETE FROM channels.held_digits WHERE message = p_message $$;
REVOKE ALL ON FUNCTION channels.drop_held_digits(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION channels.drop_held_digits(uuid) TO parley_answer;

RESET ROLE;
