/** Acts that words can ask for, or ask not to have done. */
export type Act = 'freeze' | 'unfreeze' | 'stop' | 'erase' | 'report' | 'cancel' | 'pay'

/**
 * How an act stands in a text. `wanted`: named, and nothing speaks against it. `negated`: named in order not to have it done. `status`: asked
 * whether or why it is so. `conditional`: weighed, not wanted. `past`: done already. `absent`: not named.
 */
export type ActReading = 'wanted' | 'negated' | 'status' | 'conditional' | 'past' | 'absent'

// Verbs in the forms in which one asks for an act, and the forms that say that it is done.
const verbs: Readonly<Record<Act, { readonly doing: string; readonly done: string }>> = {
  freeze: {
    doing: 'freez\\w*|block|blocks|blocking|lock|locks|locking|pause|pausing|suspend|suspending|disable|deactivate|deactivating|congel(?:a|ar|e|es|en|arla|arlas|ala|alas|amos|ez|er)|congeler|bloqu\\w*|geler|gele|gelez|degeler(?!.)|suspendre|suspends|suspendez|sperr(?:e|en|t|st|ung|)|sperre|einfrieren|einzufrieren|friere?|frier|pausieren|pausiere|stilllegen|bloquei(?:a|e|em|o)|bloquear|bloqueia|bloqueie|congele|congelem|congelar|suspender|suspende|suspenda|suspendas|anular(?= (?:la|a) (?:tarjeta|cartao))',
    done: 'frozen|froze|blocked|locked|paused|suspended|deactivated|disabled|bloquead[oa]s?|congelad[oa]s?|bloquee?s?|bloquees?|gelee?s?|gesperrt|eingefroren|pausiert|bloqueei|bloquee|congele|congelei',
  },
  unfreeze: {
    doing: 'unfreez\\w*|unblock|unblocking|unlock|unlocking|reactivate|reactivating|descongel\\w*|desbloque\\w*|reactiv\\w*|degel\\w*|debloqu\\w*|entsperr\\w*|freischalten|freigeben|reaktivier\\w*|reativ\\w*',
    done: 'unfrozen|unfroze|unblocked|unlocked|reactivated|desbloquead[oa]s?|descongelad[oa]s?|debloquee?s?|degelee?s?|entsperrt|freigeschaltet|reaktiviert',
  },
  stop: {
    doing: 'stop|stopping|unlink|unlinking|disconnect|revoke|withdraw|dejar|deja|dejes|dejen|desvincul\\w*|desconect\\w*|revoc\\w*|arret\\w*|dissoci\\w*|revoqu\\w*|stoppen|stoppe|stopp|beenden|beende|trennen|trenne|widerrufen|widerrufe|parar|pare|para|pares|deslig\\w*|revog\\w*|interromp\\w*',
    done: 'stopped|unlinked|disconnected|revoked|gestoppt|beendet|getrennt|desvinculad[oa]|arretee?|parado',
  },
  erase: {
    doing: 'erase|erasing|delete|deleting|remove|removing|wipe|borr(?:a|ar|e|es|en|ad)|elimin(?:a|ar|e|es|en)|effac\\w*|supprim\\w*|losch(?:e|en|t|)|apag(?:a|ar|ue|ues|uem)|exclu\\w*|elimine\\w*',
    done: 'erased|deleted|removed|wiped|borrad[oa]s?|eliminad[oa]s?|geloscht|apagad[oa]s?',
  },
  report: {
    doing: 'report|reporting|dispute|disputing|contest|denunci\\w*|report(?:a|ar|e|es)|disput\\w*|reclam\\w*|signal(?:er|e|ez)|contest\\w*|meld(?:e|en)|reklamier\\w*|anzeigen|bestreite\\w*|contest(?:a|ar|e)|denunci(?:a|ar|e)',
    done: 'reported|disputed|denunciad[oa]|gemeldet|reklamiert|signalee?',
  },
  cancel: {
    doing: 'cancel|cancelling|canceling|cancel(?:a|ar|e|es)|anul(?:a|ar|e|es)|annul\\w*|resili\\w*|kundig\\w*|stornier\\w*|cancele\\w*',
    done: 'cancelled|canceled|cancelad[oa]s?|annulee?|gekundigt|storniert',
  },
  pay: {
    doing: 'pay|paying|pag(?:a|ar|ue|ues)|pay(?:er|e|ez)|zahl(?:e|en)|bezahl\\w*|uberweis\\w*|pagu(?:e|es)',
    done: 'paid|pagad[oa]|payee?|bezahlt|gezahlt|pag[oa]',
  },
} // prettier-ignore

// What may stand between a "not" and its verb, or a verb and its "not"; anything else and they do not belong together.
const between =
  '(?:(?:want|wanna|wants|wanted|need|think|ask|asked|say|said|mean|meant|try|dare|ever|yet|you|u|ya|to|me|my|mine|the|it|them|her|him|his|this|that|these|those|please|pls|just|even|let|have|go|be|get|getting|any|anyone|anybody|they|bank|should|must|all|either|both|of|card|cards|account|visa|debit|credit|' +
  'quiero|quieres|quisiera|que|me|se|la|las|lo|los|le|mi|mis|el|tu|por|favor|hace|falta|hay|vayas|vaya|vas|va|a|tienes|debes|necesito|pedi|he|pedido|nunca|todavia|aun|tarjeta|tarjetas|cuenta|' +
  'veux|voulais|veuillez|faut|il|je|vous|ne|n|les|ma|mon|mes|surtout|besoin|de|du|demande|ai|pas|svp|carte|compte|vais|allez|' +
  'ich|will|mochte|wollte|bitte|die|der|das|den|dem|sie|es|meine|mein|meiner|meinen|mir|mich|jetzt|noch|doch|auf|gar|karte|karten|konto|alle|sollst|sollt|sollen|darfst|' +
  'quero|queria|preciso|e|para|o|os|as|a|da|do|meu|minha|nem|vai|va|por|favor|cartao|conta|ainda|pedi) ){0,5}?'

const before =
  '(?:dont|do not|doesnt|didnt|wont|would not|wouldnt|never|not|no|nope|without|wasnt asking|isnt asking|no need to|shouldnt|cannot|nicht|nie|niemals|kein|keine|keinen|keinesfalls|ohne|nunca|jamas|tampoco|sin|ne|n|pas|jamais|sans|nao|n|nem|sem)'
const afterwards = '(?:not|nicht|pas|jamais|nao|nunca|never)'

const askedWhether =
  '(?:is|are|was|were|been|be|being|get|gets|got|remain|remains|stay|still|become|why|esta|estan|estaba|este|sigue|siguen|ha sido|fue|quedo|est|sont|etait|elle|reste|toujours|ist|sind|war|wurde|bleibt|noch|warum|bin|estao|ta|tao|continua|foi|ficou)'
const weighing =
  '(?:should i|shall i|do i (?:have|need) to|would it|if i|if you|if we|when i|what happens|what would happen|what if|whether to|thinking of|thinking about|is it (?:better|safe|worth)|does it|does that|deberia|tengo que|hay que|si la|si lo|si me|si bloqueo|si congelo|que pasa|que pasaria|conviene|sirve|dois je|devrais je|faut il|est ce que je dois|si je|si on|que se passe|soll ich|sollte ich|muss ich|wenn ich|falls ich|falls|was passiert|ob ich|devo|deveria|tenho que|se eu|o que acontece|sera que|vale a pena)'
const wanting = '(?:want|need|get|have|like|quiero|necesito|veux|voudrais|will|mochte|haben|quero|preciso)'

type Reader = (clause: string) => ActReading

const readers: Readonly<Record<Act, Reader>> = {
  freeze: createReader(verbs.freeze),
  unfreeze: createReader(verbs.unfreeze),
  stop: createReader(verbs.stop),
  erase: createReader(verbs.erase),
  report: createReader(verbs.report),
  cancel: createReader(verbs.cancel),
  pay: createReader(verbs.pay),
}

/** How this act stands in a plain text (`plainText`). Where it is named twice, not wanting it counts more than wanting it. */
export function readAct(plain: string, act: Act): ActReading {
  const readings = clausesOf(plain).map(readers[act])
  const order = ['negated', 'wanted', 'conditional', 'status', 'past'] as const
  return order.find((reading) => readings.includes(reading)) ?? 'absent'
}

/** The acts that a text could be about. */
export const acts = ['freeze', 'unfreeze', 'stop', 'erase', 'report', 'cancel', 'pay'] as const satisfies readonly Act[]

// A "no," answers something else; a comma or a full stop parts what does not belong together.
function clausesOf(plain: string): readonly string[] {
  return plain.split(/ [.,]+(?= )/).map((clause) => `${clause} `)
}

function createReader({ doing, done }: { readonly doing: string; readonly done: string }): Reader {
  const any = `(?:${doing}|${done})`
  const named = new RegExp(` ${any}(?= )`)
  const refused = new RegExp(` ${before} ${between}${any}(?= )| ${any} ${between}${afterwards}(?= )`)
  const weighed = new RegExp(` ${weighing} `)
  const i = '(?:i|ive|already|ya|ya la|ya lo|he|la he|lo he|ja|ja a|eu|ja o|jai|j ai|deja|habe|hab|hatte|schon|bereits)'
  const past = new RegExp(` ${i} (?:\\S+ ){0,3}?(?:${done})(?= )`)
  const present = / (?:want|get|quiero|will|mochte|quero|is|are|ist|esta|est) /
  const state = new RegExp(` ${askedWhether} (?:\\S+ ){0,5}?(?:${done})(?= )| (?:${done}) (?:ist|is|sind|wurde)(?= )`)
  const made = new RegExp(` ${wanting} (?:\\S+ ){0,4}?(?:${done})(?= )| (?:${done}) haben `)
  return (clause) => {
    if (!named.test(clause)) return 'absent'
    // "I froze it already", "la he bloqueado", "habe gesperrt".
    if (past.test(clause) && !present.test(clause)) return 'past'
    // "is my card frozen", "why is it blocked", and not "I want it frozen".
    const isState = state.test(clause) && !made.test(clause)
    if (refused.test(clause)) return isState ? 'status' : 'negated'
    if (weighed.test(clause)) return 'conditional'
    return isState ? 'status' : 'wanted'
  }
}
