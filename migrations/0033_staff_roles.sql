-- A messenger's operator is one of the staff too: they see noisy totals of their own platform and nothing else. And a page proves who
-- asks by its session: functions below take the hash of the cookie, never a name.

SET ROLE parley_staff_owner;

ALTER TABLE staff.member DROP CONSTRAINT member_role_check;
ALTER TABLE staff.member ADD CONSTRAINT member_role_check CHECK (role IN ('operator', 'analyst', 'agent', 'auditor', 'platform'));
ALTER TABLE staff.member ADD COLUMN platform text CHECK (platform IN ('meta', 'assistants'));
ALTER TABLE staff.member ADD CONSTRAINT member_platform CHECK ((role = 'platform') = (platform IS NOT NULL));
-- Whose business is a platform is no bank's person.
ALTER TABLE staff.member ADD CONSTRAINT member_platform_only CHECK (platform IS NULL OR institutions IS NULL);

-- Whose live session this is; no row for none, an ended one, or that of somebody who left. Other modules' functions call it with
-- the hash that a page found in its cookie, and so decide themselves who asks.
CREATE FUNCTION staff.session_member(p_session bytea)
RETURNS TABLE (id uuid, login text, role text, institutions text[], platform text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.id, m.login, m.role, m.institutions, m.platform
  FROM staff.session s JOIN staff.member m ON m.id = s.member
  WHERE s.id_hash = p_session AND s.ended_at IS NULL AND s.expires_at > clock_timestamp() AND m.removed_at IS NULL
$$;

RESET ROLE;
