import { phraseFinder } from './plain-text.ts'

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
    doing: 'verrouill(?:e|er|es|ez)|tranc(?:a|ar|am|que|quem)|trav(?:a|ar|am|e|em)|dichtmachen|(?:turn|switch|shut) (?:\\S+ ){0,3}?off|apag\\w+ (?:mi|la|las|meu|o) (?:tarjetas?|visa|cartao)|abschalten|ausschalten|stilllegen|freez\\w*|block|blocks|blocking|lock|locks|locking|pause|pausing|suspend|suspending|disable|deactivate|deactivating|congel(?:a|ar|e|es|en|arla|arlas|ala|alas|amos|ez|er)|congeler|bloqu\\w*|geler|gele|gelez|degeler(?!.)|suspendre|suspends|suspendez|sperr(?:e|en|t|st|ung|)|sperre|einfrieren|einzufrieren|friere?|frier|pausieren|pausiere|stilllegen|bloquei(?:a|e|em|o)|bloquear|bloqueia|bloqueie|congele|congelem|congelar|suspender|suspende|suspenda|suspendas|anular(?= (?:la|a) (?:tarjeta|cartao))',
    done: 'frozen|froze|verrouillee?s?|trancad[oa]s?|trancou|trancaste|travad[oa]s?|travou|travaste|dichtgemacht|zugemacht|blocked|locked|paused|suspended|deactivated|disabled|desactivad[oa]s?|desativad[oa]s?|desactivee?s?|deaktiviert|abgeschaltet|suspendue?s?|stillgelegt|bloquead[oa]s?|congelad[oa]s?|bloquee?s?|bloquees?|gelee?s?|gesperrt|eingefroren|pausiert|bloqueei|bloquee|congele|congelei',
  },
  unfreeze: {
    doing: 'unfreez\\w*|unpaus\\w*|unsuspend\\w*|reenabl\\w*|defrost|thaw|(?:turn|switch) (?:\\S+ ){0,3}?(?:back )?on|einschalten|einzuschalten|anschalten|destrav\\w*|destranc\\w*|despaus\\w*|deverrouill\\w*|debarr\\w*|auftauen|unblock|unblocking|unlock|unlocking|reactivate|reactivating|descongel\\w*|desbloque\\w*|reactiv\\w*|degel\\w*|debloqu\\w*|entsperr\\w*|freischalten|freigeben|reaktivier\\w*|reativ\\w*',
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
  '(?:(?:want|wanna|wants|wanted|need|think|ask|asked|say|said|mean|meant|try|dare|ever|yet|you|u|ya|to|me|my|mine|the|it|them|her|him|his|this|that|these|those|please|pls|just|even|let|have|go|be|get|getting|any|anyone|anybody|they|bank|should|must|all|either|both|of|card|cards|account|visa|debit|credit|data|access|link|datos|acceso|vinculo|donnees|acces|lien|daten|zugriff|verbindung|dados|acesso|' +
  'quiero|quieres|quisiera|que|me|se|la|las|lo|los|le|mi|mis|el|tu|por|favor|hace|falta|hay|vayas|vaya|vas|va|a|tienes|debes|necesito|pedi|he|pedido|nunca|todavia|aun|tarjeta|tarjetas|cuenta|' +
  'veux|voulais|veuillez|faut|il|je|vous|ne|n|les|ma|mon|mes|surtout|besoin|de|du|demande|ai|pas|svp|carte|compte|vais|allez|' +
  'ich|will|mochte|wollte|bitte|die|der|das|den|dem|sie|es|meine|mein|meiner|meinen|mir|mich|jetzt|noch|doch|auf|gar|karte|karten|konto|alle|sollst|sollt|sollen|darfst|' +
  'quero|queria|preciso|e|para|o|os|as|a|da|do|meu|minha|nem|vai|va|por|favor|cartao|conta|ainda|pedi) ){0,5}?'

const before =
  '(?:under no circumstances|auf keinen fall|bloss nicht|ni se te ocurra|nem pense em|dont|do not|doesnt|didnt|wont|would not|wouldnt|never|hold off|hold off on|hold on with|wait with|wait before|forget|forget about|rather not|unnecessary to|not necessary to|pas la peine de?|inutile de|laisse tomber|oubliez?|espera con|olvida|olvidate de|nada de|esquece|espera para|warte noch mit|warte mit|vergiss|nicht notig|not|no|nope|without|wasnt asking|isnt asking|no need to|shouldnt|cannot|nicht|nie|niemals|kein|keine|keinen|keinesfalls|ohne|nunca|jamas|tampoco|sin|ne|n|pas|jamais|sans|nao|n|nem|sem)'
const afterwards = '(?:not|nicht|pas|jamais|nao|nunca|never)'

/** "N'arrêtez pas": the n' stands apart again. */
const elided = / n(?=(?:arret|effac|enlev|oubli|annul))/g

// Undoing has verbs of its own, and the freeze as a noun: "lift the block", "Sperre aufheben", "stop blocking my card".
const freezes =
  '(?:freeze|freez|block|blocks|lock|hold|pause|suspension|bloqueo|congelamiento|congelacion|pausa|blocage|gel|verrouillage|opposition|sperre|sperrung|blockierung|blockade|bloqueio|congelamento|suspensao)'
const undone = new RegExp(
  ` (?:(?:un|de) (?:freeze|block|lock|pause)|(?:stop|quit) (?:[^ .,]+ )?(?:freezing|blocking|locking|pausing)|(?:stop|quit) (?:keeping|holding) (?:[^ .,]+ ){0,3}?(?:frozen|blocked|locked)|` +
    `(?:lift|lifting|remove|removing|undo|undoing|end|ending|reverse|release|take|taking|drop|clear|cancel|stop) (?:off )?(?:[^ .,]+ ){0,3}?${freezes}(?: off| away| out)?|${freezes} (?:[^ .,]+ ){0,3}?(?:taken off|taken away|lifted|removed|undone|dropped|cleared|gone(?! through))|(?:can|could|should|may) (?:the|my|this|that) ${freezes} (?:[^ .,]+ )?(?:come off|go|end|be lifted|be removed)|${freezes} (?:[^ .,]+ ){0,2}?(?:can|should|may) (?:[^ .,]+ )?(?:go|come off|end|be lifted|be removed)|` +
    `(?:quit\\w*|levant\\w*|saca|saque|deshac\\w*|deshaz|elimin\\w*|retir\\w*|anul\\w*|lev(?:a|e|er|ez)|enlev\\w+|annul\\w+|supprim\\w+|tir(?:a|e|ar|em)|remov\\w+|cancel\\w+|desfa\\w+) (?:[^ .,]+ ){0,3}?${freezes}|` +
    `${freezes} (?:(?!nicht |nie |kein)[^ .,]+ ){0,5}?(?:aufheben|aufzuheben|losen|beenden|entfernen|raus|rausnehmen|weg|ruckgangig|zurucknehmen)|(?:heb|hebe|hebt|nimm|nehmt|nehmen|los|lose|beende|entfern\\w*) (?:[^ .,]+ ){0,4}?${freezes}|` +
    '(?:dont|do not|no longer|no|ya no|nao|ja nao|nicht|plus) (?:want|need|quiero|quero|will|veux) (?:[^ .,]+ ){0,4}?(?:frozen|blocked|locked|paused|bloquead[oa]|congelad[oa]|gesperrt|bloquee) (?:any ?more|any longer|mehr|mas|mais))(?= )',
  'g',
)
/** Left as it is: "keep it frozen", "leave my card unlocked". */
const kept =
  / (?:leave|keep|lass|lasst|behalte|deja|dejala|dejalo|deje|manten|mantenla|laisse|laissez|garde|gardez|deixa|deixe|mantenha|mantem) (?:\S+ ){0,3}?(?:frozen|blocked|locked|paused|unfrozen|unlocked|unblocked|open|active|congelad[oa]|bloquead[oa]|activ[oa]|ativ[oa]|abiert[oa]|abert[oa]|desbloquead[oa]|bloquee|gelee|active|ouverte|gesperrt|offen|aktiv|entsperrt)(?= )/

// "Did you freeze it?", "¿la habéis bloqueado?", "hat das Sperren geklappt?"
const askedDone =
  '(?:(?:did|has|had) (?:you|u|they|he|she|it|we|somebody|someone|anyone|the|my|that|this)|have (?:you|u|they|we)|hast|habt|hat|haben sie|has|han|habeis|ha|as tu|avez vous|vous avez|tu as|t as|tas)'
const askedForms =
  '(?:des)?(?:trancou|trancaste|trancaram|travou|travaste|travaram|bloqueaste|bloquearon|bloqueasteis|congelaste|congelaron|activaste|activaron|bloqueou|bloquearam|congelou|congelaram|ativou|ativaram)'
const worked =
  '(?:geklappt|funktioniert|durchgegangen|durch|angekommen|funciono|hecho|hecha|listo|salio bien|marche|fonctionne|passe|pris en compte|prise en compte|deu certo|funcionou|feito|passou|work|worked|gone through|go through|went through|successful|taken effect|take effect|in place)'
const worksNoun =
  '(?:freeze|freezing|block|lock|unfreeze|unfreezing|unblock|unlock|bloqueo|desbloqueo|blocage|deblocage|gel|sperre|sperrung|sperren|entsperren|einfrieren|freischalten|bloqueio|desbloqueio|bloquear|desbloquear)'
const askedWorked = new RegExp(` (?:${worksNoun} (?:\\S+ ){0,3}?${worked}|${worked} (?:\\S+ ){0,2}?${worksNoun})(?= )`)

const askedWhether =
  '(?:is|are|was|were|been|be|being|get|gets|got|remain|remains|stay|still|become|why|esta|estan|estaba|este|sigue|siguen|ha sido|fue|quedo|est|sont|etait|elle|reste|toujours|ist|sind|war|wurde|bleibt|noch|warum|bin|estao|ta|tao|continua|foi|ficou)'
const weighing =
  '(?:should i|shall i|do i (?:have|need) to|would it|if i|if you|if we|when i|what happens|what would happen|what if|whether to|thinking of|thinking about|is it (?:better|safe|worth)|does it|does that|deberia|tengo que|hay que|si la|si lo|si me|si bloqueo|si congelo|que pasa|que pasaria|conviene|sirve|dois je|devrais je|faut il|est ce que je dois|si je|si on|que se passe|' +
  'suppos(?:e|ing)|assuming|imagine|lets say|who(?:s| is) allowed to|(?<=^ )(?:who (?:can|could|may)|wer (?:darf|kann|durfte)|qui (?:peut|pourrait|a le droit)|quien (?:puede|podria)|quem (?:pode|consegue))|supongamos|supon|imaginate|digamos|supposons|admettons|imaginons|(?:mal )?angenommen|nehmen wir an|suponha\\w*|suponhamos|imagina|' +
  'soll ich|sollte ich|muss ich|wenn ich|falls ich|falls|was passiert|ob ich|devo|deveria|tenho que|se eu|o que acontece|sera que|vale a pena)'
// "Can you freeze cards too?", "will a freeze stop contactless?", "sperren oder abwarten?"
const ofWhatCanBe =
  / (?:(?:can|could|do) (?:you|u) (?:freeze|block|lock|unfreeze|unblock) (?:cards|a card)|(?:puedes|podeis|pueden) (?:des)?(?:bloquear|congelar) tarjetas|(?:kannst du|konnt ihr) karten|(?:pode|podem|consegue) (?:des)?bloquear cartoes|(?:cards|karten|cartes|tarjetas|cartoes) (?:too|also|as well|aussi|auch|tambien|tambem)|(?:also|auch|aussi|tambien|tambem) (?:\S+ ){0,2}?(?:cards|karten|cartes|tarjetas|cartoes)|(?:will|does|would|can|do) (?:a |an |the )?(?:freeze|block|lock|unfreeze)|(?:or|oder|ou|o) (?:wait|abwarten|warten|attendre|esperar|espero|j attends|jattends)|da (?:pra|para)|je dois|implica|significa|means?|mean|bedeutet|heisst|implique|veut dire|quer dizer|explain|explica|explique|erklar\w*)(?= )/
const thanking =
  '(?:thanks?|thank you|thx|cheers|ta|gracias|merci|danke|obrigad[oa]) (?:\\S+ )?(?:for|por|pour|de|d|davoir|fur|furs|dass|pela|pelo)'
const wanting =
  '(?:want|need|get|have(?! (?:you|u|they|we|i) )|like|quiero|necesito|veux|voudrais|will|mochte|haben|quero|preciso)'

type Reader = (clause: string) => ActReading

const readers: Readonly<Record<Act, Reader>> = {
  freeze: createReader(verbs.freeze, true),
  unfreeze: createReader(verbs.unfreeze, true),
  stop: createReader(verbs.stop),
  erase: createReader(verbs.erase),
  report: createReader(verbs.report),
  cancel: createReader(verbs.cancel),
  pay: createReader(verbs.pay),
}

/** How this act stands in a plain text (`plainText`). Where it is named twice, not wanting it counts more than wanting it. */
export function readAct(plain: string, act: Act): ActReading {
  const readings = clausesOf(plain.replace(elided, ' ne ').replace(undone, ' unfreeze')).map(readers[act])
  const order = ['negated', 'wanted', 'conditional', 'status', 'past'] as const
  return order.find((reading) => readings.includes(reading)) ?? 'absent'
}

/** The acts that a text could be about. */
export const acts = ['freeze', 'unfreeze', 'stop', 'erase', 'report', 'cancel', 'pay'] as const satisfies readonly Act[]

// A "no," answers something else; a comma or a full stop parts what does not belong together.
function clausesOf(plain: string): readonly string[] {
  return plain.split(/ [.,]+(?= )/).map((clause) => `${clause} `)
}

function createReader({ doing, done }: { readonly doing: string; readonly done: string }, keepable = false): Reader {
  const any = `(?:${doing}|${done})`
  const named = new RegExp(` ${any}(?= )`)
  const refused = new RegExp(` ${before} ${between}${any}(?= )| ${any} ${between}${afterwards}(?= )`)
  const weighed = new RegExp(` ${weighing} `)
  const i = '(?:i|ive|already|ya|ya la|ya lo|he|la he|lo he|ja|ja a|eu|ja o|jai|j ai|deja|habe|hab|hatte|schon|bereits)'
  const past = new RegExp(` ${i} (?:\\S+ ){0,3}?(?:${done})(?= )`)
  const present = / (?:want|get|quiero|will|mochte|quero|is|are|ist|esta|est) /
  const state = new RegExp(` ${askedWhether} (?:\\S+ ){0,5}?(?:${done})(?= )| (?:${done}) (?:ist|is|sind|wurde)(?= )`)
  const asked = new RegExp(` ${askedDone} (?:\\S+ ){0,5}?${any}(?= )| ${askedForms}(?= )`)
  const thanked = new RegExp(` ${thanking} (?:\\S+ ){0,4}?${any}(?= )`)
  const byWhom = new RegExp(
    ` (?:who|quien|qui|wer|quem) (?:\\S+ ){0,3}?(?:${done}|bloqueo|congelo|bloqueou|congelou)(?= )`,
  )
  const made = new RegExp(` ${wanting} (?:\\S+ ){0,4}?(?:${done})(?= )| (?:${done}) haben `)
  return (clause) => {
    if (kept.test(clause)) return keepable ? 'negated' : 'absent'
    if (!named.test(clause)) return 'absent'
    // "I froze it already", "la he bloqueado", "habe gesperrt".
    if ((past.test(clause) && !present.test(clause) && !asked.test(clause)) || thanked.test(clause)) return 'past'
    // "is my card frozen", "why is it blocked", and not "I want it frozen".
    const isState =
      (state.test(clause) || asked.test(clause) || byWhom.test(clause) || askedWorked.test(clause)) &&
      !made.test(clause)
    if (refused.test(clause)) return isState ? 'status' : 'negated'
    if (weighed.test(clause) || ofWhatCanBe.test(clause)) return 'conditional'
    return isState ? 'status' : 'wanted'
  }
}

const ends = phraseFinder([
  'stop\\w*', 'end(?:ing)?', 'quit', 'cease', 'remove', 'cut', 'pull', 'sever', 'detach', 'unpair', 'unhook', 'unlink\\w*', 'delink', 'unsubscribe', 'terminate', 'forget', 'disconnect\\w*', 'revoke', 'withdraw', 'cancel', '(?:turn|switch|shut) (?:\\S+ ){0,4}?off', '(?:take|get) (?:\\S+ ){0,6}?(?:off|out|back)', 'log (?:\\S+ )?out', 'no (?:more|longer)', 'never', '(?:dont|do not) (?:\\S+ ){0,2}?(?:share|look|read|want|see|access|consent|agree)', 'any ?more',
  'deja\\w*', 'quit\\w*', 'cort\\w*', 'retir\\w*', 'cancel\\w*', 'finaliz\\w*', 'saca\\w*', 'basta', 'se acabo', 'deseng\\w*', 'desvinc\\w*', 'desconect\\w*', 'revoc\\w*', 'para', 'parar', 'olvida\\w*', 'ya no', 'no (?:quiero|compartas|leas|mires|mas)', 'cierra\\w*',
  'coup\\w*', 'retir\\w*', 'enlev\\w*', 'debranch\\w*', 'cess\\w*', 'detach\\w*', 'deconnect\\w*', 'dissoci\\w*', 'revoqu\\w*', 'arret\\w*', 'stopp?\\w*', 'fin', 'plus', 'oubli\\w*', 'resili\\w*', 'supprim\\w*',
  'kapp\\w*', 'abkoppeln', 'abmelden', 'abklemmen', 'entfern\\w*', 'trenn\\w*', 'getrennt', 'beend\\w*', 'widerruf\\w*', 'stopp\\w*', 'raus', 'auf', 'aufhoren', 'hort? auf', 'nicht mehr', 'keine?n?', 'zuruck\\w*', 'nimm', 'losch\\w*', 'schluss', 'kundig\\w*', 'nicht weiter',
  'tir\\w*', 'cort\\w*', 'encerr\\w*', 'cancel\\w*', 'chega', 'par[ae]r?', 'deslig\\w*', 'desvincul\\w*', 'revog\\w*', 'interromp\\w*', 'esquec\\w*', 'nao (?:\\S+ ){0,3}?(?:mais|compartilh\\w*|leia\\w*|olhe)', 'ja nao', 'remov\\w*',
]) // prettier-ignore

/** Whether some word of a plain text says that something is to end: without one, nothing of what is shared is ended. */
export function saysEnd(plain: string): boolean {
  return ends.test(plain)
}
