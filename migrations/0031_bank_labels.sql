-- Labels that a bank sends by itself: nothing of anybody without leave. What a customer answered, or an agent found, counts after it too.

SET ROLE parley_app_owner;
ALTER POLICY adds ON alerts.label WITH CHECK (source IN ('customer', 'agent') OR EXISTS (SELECT FROM consent.grant_ g
  WHERE g.customer = label.customer AND g.institution = label.institution AND g.purpose = 'fraud-alerts' AND consent.holds_now(g)));
RESET ROLE;
