import { lookUp, makeTable } from './phrase-table.ts'
import type { Token } from './tokens.ts'

// How people begin when they go on with the question before.
const openings = makeTable<true>([
  [
    'and|and for|and in|and at|and on|and what about|and how about|what about|how about|only|just|just for|just the|only the|only for|or|then|ok and|ok|okay and|okay|same for|same but|the same for|same question for|also|now|and only|and just|but only|but|instead|what abt|wbt|hbu|nd',
    true,
  ],
  [
    'y|y en|y de|y la|y el|y que tal|y que hay de|que tal|y solo|solo|solamente|nada mas|unicamente|y para|y con|y si|pero solo|pero|lo mismo para|lo mismo en|lo mismo pero|ahora|tambien|o|igual para|y que pasa con',
    true,
  ],
  [
    'et|et pour|et en|et le|et la|et chez|et sur|et mon|et ma|et avec|et si|seulement|uniquement|juste|rien que|que les|et seulement|et juste|mais seulement|mais|pareil pour|la meme chose pour|meme chose pour|meme question pour|ou|aussi|qu en est il de|maintenant|et du cote de|et au niveau de',
    true,
  ],
  [
    'und|und im|und in|und bei|und fur|und auf|und was ist mit|und wie ist es mit|und wie siehts aus mit|was ist mit|wie sieht es aus mit|wie siehts aus mit|wie siehts mit|nur|nur fur|nur die|nur bei|lediglich|blos|bloss|und nur|aber nur|aber|das gleiche fur|dasselbe fur|genauso fur|oder|auch|jetzt',
    true,
  ],
  [
    'e|e em|e no|e na|e de|e do|e da|e para|e pra|e com|e quanto a|e sobre|que tal|so|apenas|somente|e so|e apenas|mas so|mas apenas|mas|o mesmo para|o mesmo em|mesma coisa para|a mesma coisa para|ou|tambem|agora|e se for|e o|e a|e os|e as',
    true,
  ],
])

// Small words that add nothing to a follow-up.
const fillers: ReadonlySet<string> = new Set(
  [
    'the a an my our for in at on of from to please pls plz thanks ok then though instead only just that this one all also with it me show and now too there same about what is total lol',
    'el la los las mi mis de del en por para favor porfa porfavor solo gracias a con lo eso esa ese y que al un una tambien ahora total',
    'le la les l mon ma mes de du des d en pour chez sur s il te vous plait svp stp merci seulement uniquement a au aux avec ca cela et un une aussi maintenant total dans',
    'der die das den dem des mein meine meinen meinem meiner im in bei beim fur auf am an von vom zu bitte danke nur mit es und ein eine auch jetzt mal denn insgesamt war wars gesamt ist',
    'o a os as meu minha meus minhas de do da dos das em no na nos nas por para pra favor obrigado obrigada so apenas com isso e um uma tambem agora total ai',
  ].flatMap((line) => line.split(' ')),
)

/** Where the opening of a follow-up ends; 0 when it has none. Openings may stack: "ok and only". */
export function opensFollowUp(tokens: readonly Token[]): number {
  let end = 0
  for (let count = 0; count < 3; count += 1) {
    const found = lookUp(openings, tokens, tokens[end]?.raw === ',' ? end + 1 : end)
    if (found === undefined) break
    end = found.next
  }
  return end
}

/** Whether a word adds nothing to a follow-up. */
export function isFollowUpFiller(word: string): boolean {
  return fillers.has(word)
}
