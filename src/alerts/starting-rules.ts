/** What is asked about before a bank's own rules are live. They decline nothing, and ask of what no honest day brings. */
export const startingRules = `amounts in USD
ask from score 60%

impossible-travel: review when kilometres_per_hour > 900 and amount > 50 USD
tested-first: review when uses_last_hour > 3 and amount > 100 USD
large-and-far: review when country_is_new and uses_last_30_days > 1 and amount > 300 USD
strange-device: review when device_is_new and merchant_is_new and spent_last_day > 300 USD
`
