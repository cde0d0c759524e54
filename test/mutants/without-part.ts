/** SQL that takes one condition out of a function as it stands, and fails where it does not stand. Quotes in `part` are doubled. */
export function withoutPart(name: string, part: string, instead = ''): string {
  return `DO $do$
    DECLARE
      before text := pg_get_functiondef('${name}'::regprocedure);
      after text := replace(before, '${part}', '${instead}');
    BEGIN
      IF after = before THEN RAISE EXCEPTION 'no such part in ${name.split('(')[0]}'; END IF;
      EXECUTE after;
    END $do$`
}
