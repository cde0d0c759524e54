import { phraseFinder } from './plain-text.ts'

const orders = phraseFinder([
  '(?:ignore|disregard|forget|override|bypass) (?:\\S+ ){0,3}(?:instructions?|prompts?|rules|guidelines|system|restrictions|previous|above)', '(?:you are now|act as|pretend to be|switch to|enter|enable|activate|in|go into) (?:\\S+ ){0,3}(?:admin|administrator|root|developer|debug|god|sudo|maintenance|dan|jailbreak|superuser|unrestricted) ?(?:mode|user|access)?', '(?:print|show|reveal|repeat|output|dump|list) (?:\\S+ ){0,4}(?:system prompt|prompt|customer table|database|all customers|every customer|source code|api keys?|all tables|env)', 'system prompt', 'jailbreak', 'drop table', 'select \\* from', 'union select', 'new instructions', 'developer mode', 'admin mode', 'debug mode', 'sudo',
  '(?:ignora|olvida|omite) (?:\\S+ ){0,3}(?:instrucciones|reglas|indicaciones)', 'modo (?:administrador|admin|desarrollador|depuracion|debug)', '(?:ignore|ignorez|oublie|oubliez) (?:\\S+ ){0,3}(?:instructions|regles|consignes)', 'mode (?:administrateur|admin|developpeur|debug)', '(?:ignoriere|vergiss|missachte) (?:\\S+ ){0,4}(?:anweisungen|regeln|vorgaben|instruktionen)', '(?:admin|administrator|entwickler|debug)modus', '(?:admin|administrator|entwickler|debug) modus', '(?:ignore|ignora|esqueca|esquece) (?:\\S+ ){0,4}(?:instrucoes|regras)', 'modo (?:administrador|admin|desenvolvedor|programador)',
]) // prettier-ignore
const markup =
  /<\/?[a-z!?][^>]{0,200}>|\{\{[^}]{0,200}\}\}|\$\{[^}]{0,200}\}|<%|%>|\{\s{0,5}"[^"]{1,60}"\s{0,5}:|--\s*$|';|\bor\s+1\s*=\s*1|\[\/?(?:inst|system)\]|<\|[a-z_]{1,20}\|>/i

/**
 * Whether a text gives orders to a machine, or is written as markup, data or code. It changes nothing about what is done: there is no
 * interpreter; it only says that such words are no question.
 */
export function saysOrders(text: string, plain: string): boolean {
  return markup.test(text.slice(0, 4_000)) || orders.test(plain)
}
