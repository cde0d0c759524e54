/** Where a number stands in what people write, in five languages; `#` is its place. No other digit is in them. */
export const sentences: readonly string[] = [
  '#', ' # ', '#.', '(#)', '"#"', 'card:#', 'Karte:#!', '#?', 'nr.#', 'n°#',
  'my card is #', 'my card is #, thanks', 'please freeze # right now', 'the number is: #', 'hi, I lost it!! # is the card', 'Card no. #\nplease block it', 'is # still active?', 'I typed # and it said declined', 'card number #; name on it is Sam', 'pay with # (visa)',
  'mi tarjeta es #', 'el número de mi tarjeta es #, gracias', 'bloquead # por favor', '¿# sigue activa?', 'perdí la tarjeta # ayer', 'tarjeta: #, me la robaron', 'aquí está: #', 'mi visa # no funciona',
  'ma carte est #', 'le numéro est #, merci', 'bloquez # tout de suite', 'j’ai perdu la carte # hier', 'voici : #', 'carte # refusée, pourquoi ?', 'mon numéro c’est # voilà',
  'meine Karte ist #', 'die Nummer lautet #, danke', 'bitte # sofort sperren', 'ich habe die Karte # verloren', 'Kartennummer: #', 'geht # noch?', 'hier: # bitte prüfen',
  'meu cartão é #', 'o número é #, obrigado', 'bloqueie # agora', 'perdi o cartão # ontem', 'segue: #', 'o cartão # foi recusado', 'é este: # ok?',
] // prettier-ignore

/** The same, with what stands beside a card; `~` is where it is and what must be hidden too. */
export const withDetails: readonly (readonly [string, string])[] = [
  ['# is my card, exp 12/27 cvv 123', '# is my card, exp ~ cvv ~'],
  ['card #, expires 03/2028, security code 9876', 'card #, expires ~, security code ~'],
  ['tarjeta # caduca 11/29 cvv 456', 'tarjeta # caduca ~ cvv ~'],
  ['carte # expire 09/28, cryptogramme 321', 'carte # expire ~, cryptogramme ~'],
  ['Karte # gültig bis 07/30, Prüfziffer 654', 'Karte # gültig bis ~, Prüfziffer ~'],
  ['cartão # validade 05/27 código de segurança 789', 'cartão # validade ~ código de segurança ~'],
]
