/**
 * The words behind each idea, in five languages, as {@link wordsOf} writes them (no accents, no apostrophes). A phrase is
 * several words in a row. This is a careful little matcher, not a language model: what it does not know, it says so.
 */
export const lexicon = {
  greet: [
    'hi', 'hey', 'hello', 'hiya', 'howdy', 'yo', 'greetings', 'good morning', 'good afternoon', 'good evening',
    'hola', 'buenos dias', 'buenas', 'buenas tardes', 'bonjour', 'salut', 'bonsoir', 'coucou',
    'hallo', 'moin', 'servus', 'guten tag', 'guten morgen', 'guten abend', 'gruss gott', 'ola', 'oi', 'bom dia', 'boa tarde', 'boa noite',
  ],
  thank: [
    'thanks', 'thank you', 'thx', 'cheers', 'ty', 'gracias', 'merci', 'danke', 'dankeschon', 'obrigado', 'obrigada',
  ],
  help: [
    'help', 'what can you do', 'how does this work', 'how do you work', 'options', 'menu', 'who are you', 'what are you', 'are you a bot', 'are you human',
    'ayuda', 'ayudame', 'que puedes hacer', 'aide', 'aidez moi', 'que peux tu faire', 'hilfe', 'was kannst du', 'ajuda', 'o que voce faz',
  ],
  person: [
    'human', 'real person', 'person', 'agent', 'someone', 'somebody', 'representative', 'operator', 'advisor', 'adviser', 'customer service', 'support',
    'persona', 'humano', 'agente', 'asesor', 'alguien', 'personne', 'humain', 'conseiller', 'quelquun',
    'mensch', 'menschen', 'mitarbeiter', 'berater', 'jemand', 'jemandem', 'kundendienst', 'kundenservice', 'pessoa', 'atendente', 'alguem',
  ],
  stop: [
    'stop', 'revoke', 'unlink', 'unsubscribe', 'disconnect', 'withdraw', 'forget me', 'quit', 'opt out', 'end',
    'parar', 'para', 'deten', 'detener', 'deja de', 'dejar de', 'desvincular', 'desconectar', 'revocar', 'basta',
    'arrete', 'arreter', 'arretez', 'cesser', 'dissocier', 'revoquer',
    'stopp', 'stoppen', 'beenden', 'aufhoren', 'hor auf', 'trennen', 'widerrufen', 'nicht mehr', 'pare', 'pare de', 'desligar', 'revogar', 'interromper',
  ],
  erase: [
    'erase me', 'erase my data', 'erase everything', 'erase all my data', 'delete me', 'delete my data', 'delete everything', 'delete all my data', 'delete my account', 'forget everything', 'remove my data',
    'borrame', 'borra mis datos', 'borrar mis datos', 'borra todo', 'borrar todo', 'elimina mis datos', 'eliminar mis datos', 'elimina mi cuenta',
    'efface moi', 'effacez moi', 'efface mes donnees', 'effacer mes donnees', 'effacez mes donnees', 'supprime mes donnees', 'supprimer mes donnees', 'supprimez mes donnees', 'tout effacer', 'efface tout',
    'losche mich', 'losch mich', 'losche meine daten', 'losch meine daten', 'meine daten loschen', 'alle daten loschen', 'alles loschen', 'losche alles', 'vergiss alles',
    'apague meus dados', 'apagar meus dados', 'apaga os meus dados', 'apague tudo', 'apagar tudo', 'exclua meus dados', 'excluir meus dados', 'excluir minha conta',
  ],
  alerts: [
    'alert', 'alerts', 'fraud alert', 'fraud alerts', 'fraud warning', 'fraud warnings',
    'alerta', 'alertas', 'alerta de fraude', 'alertas de fraude', 'aviso de fraude', 'avisos de fraude', 'avisos',
    'alerte', 'alertes', 'alerte de fraude', 'alertes de fraude', 'alertes fraude',
    'warnung', 'warnungen', 'betrugswarnung', 'betrugswarnungen', 'betrugsalarm', 'betrugsmeldungen',
  ],
  off: [
    'turn off', 'switch off', 'turn them off', 'disable', 'cancel', 'mute', 'no more',
    'desactivar', 'desactiva', 'cancelar', 'cancela', 'apagar', 'apaga', 'quitar', 'quita', 'terminar', 'termina',
    'desactiver', 'desactive', 'desactivez', 'annuler', 'annule', 'couper', 'supprimer',
    'abschalten', 'ausschalten', 'abstellen', 'abbestellen', 'deaktivieren', 'ende', 'keine',
    'desativar', 'desative', 'desativa', 'desligue', 'encerrar', 'encerre',
  ],
  keep: [
    'keep', 'leave on', 'turn on', 'continue', 'go on', 'mantener', 'manten', 'mantene', 'conservar', 'conserva', 'sigan', 'seguir',
    'garder', 'garde', 'gardez', 'conserver', 'conservez', 'behalten', 'behalte', 'weiterlaufen', 'weiter', 'manter', 'mantenha', 'mantem', 'continuar',
  ],
  genuine: [
    'from you', 'from parley', 'is this you', 'is it you', 'was this you', 'was that you', 'really you', 'did you send', 'did you write', 'is this real', 'is this genuine', 'is this legit', 'is this message real',
    'es tuyo', 'es tuya', 'es vuestro', 'eres tu', 'es de ustedes', 'es de parley', 'lo enviaste tu', 'lo mandaste tu', 'mandaste esto', 'enviaste esto', 'es autentico', 'mensaje es real',
    'est ce vous', 'cest vous', 'vient de vous', 'est de vous', 'de votre part', 'de ta part', 'avez vous envoye', 'as tu envoye', 'vient de parley',
    'von dir', 'von euch', 'von ihnen', 'von parley', 'bist du das', 'hast du das geschickt', 'habt ihr das geschickt', 'ist das echt', 'nachricht echt',
    'e sua', 'e seu', 'e de voces', 'e de voce', 'foi voce', 'voce enviou', 'voces enviaram', 'e do parley', 'mensagem e verdadeira',
  ],
  looked: [
    'who looked', 'who has looked', 'who saw', 'who has seen', 'who asked', 'who has asked', 'who read', 'who has read', 'who accessed', 'access log',
    'quien miro', 'quien ha mirado', 'quien vio', 'quien ha visto', 'quien pregunto', 'quien consulto',
    'qui a consulte', 'qui a regarde', 'qui a vu', 'qui a demande',
    'wer hat geschaut', 'wer hat nachgesehen', 'wer hat gesehen', 'wer hat abgefragt', 'wer hat gefragt', 'wer hat meine daten',
    'quem olhou', 'quem viu', 'quem consultou', 'quem perguntou',
  ],
  share: [
    'sharing', 'share', 'shared', 'access', 'consent', 'permission', 'data', 'looking', 'answers', 'answering', 'reading', 'everything', 'link',
    'compartir', 'compartiendo', 'acceso', 'datos', 'permiso', 'todo', 'partage', 'partager', 'acces', 'donnees', 'autorisation', 'tout',
    'teilen', 'zugriff', 'daten', 'freigabe', 'einwilligung', 'alles', 'compartilhar', 'acesso', 'dados', 'permissao', 'tudo', 'compartilhamento',
  ],
  link: [
    'link', 'connect', 'add', 'set up', 'setup', 'sign up', 'register', 'enrol', 'enroll', 'join', 'relink', 'reconnect',
    'vincular', 'conectar', 'enlazar', 'anadir', 'lier', 'relier', 'connecter', 'ajouter', 'associer',
    'verbinden', 'verknupfen', 'hinzufugen', 'ligar', 'adicionar', 'associar',
  ],
  bank: [
    'bank', 'banks', 'account', 'accounts', 'banco', 'cuenta', 'cuentas', 'banque', 'compte', 'comptes', 'konto', 'konten', 'conta', 'contas',
  ],
  balance: [
    'balance', 'balances', 'bal', 'saldo', 'saldos', 'solde', 'soldes', 'kontostand', 'kontostande', 'guthaben',
  ],
  howMuch: [
    'how much', 'cuanto', 'cuanta', 'combien', 'wie viel', 'wieviel', 'quanto', 'quanta', 'whats in', 'what is in', 'what do i have', 'whats left', 'what have i got',
  ],
  have: [
    'have', 'got', 'left', 'in', 'owe', 'there', 'available', 'money', 'remaining',
    'tengo', 'queda', 'hay', 'dinero', 'plata', 'ai', 'reste', 'argent', 'jai', 'habe', 'geld', 'ubrig', 'auf', 'tenho', 'resta', 'dinheiro', 'tem',
  ],
  money: [
    'my money', 'money left', 'any money', 'enough money', 'funds', 'mi dinero', 'mon argent', 'mein geld', 'meu dinheiro',
  ],
  spend: [
    'spend', 'spent', 'spending', 'cost', 'costs', 'fee', 'fees', 'charge', 'charged', 'afford', 'worth', 'interest', 'transfer', 'transfers', 'send', 'pay', 'payment', 'payments', 'bill', 'bills', 'loan', 'mortgage',
    'gastado', 'gaste', 'gastar', 'cuesta', 'transferir', 'enviar', 'pagar', 'pago', 'depense', 'depenser', 'coute', 'virement', 'virer', 'payer',
    'ausgegeben', 'kostet', 'uberweisen', 'uberweisung', 'bezahlen', 'gastei', 'custa', 'transferencia', 'pix',
  ],
  change: [
    'change', 'settings', 'setting', 'disclosure', 'level', 'privacy', 'preferences', 'cambiar', 'ajustes', 'changer', 'parametres', 'reglages',
    'andern', 'einstellungen', 'mudar', 'alterar', 'configuracoes',
  ],
  numbers: [
    'number', 'numbers', 'amount', 'amounts', 'figures', 'chat', 'here', 'messenger', 'cents', 'digits',
    'numeros', 'cifras', 'importes', 'montos', 'cantidades', 'chiffres', 'montants', 'nombres', 'zahlen', 'betrage', 'ziffern', 'valores',
  ],
  seal: [
    'hide', 'seal', 'sealed', 'keep out', 'out of this chat', 'out of the chat', 'out of here', 'off this chat', 'off messenger', 'out of messenger', 'private', 'secret', 'dont show', 'do not show', 'stop showing', 'no numbers', 'without numbers',
    'oculta', 'ocultar', 'esconder', 'esconde', 'no muestres', 'cache', 'cacher', 'masquer', 'masque', 'verbergen', 'verstecken', 'versteck', 'nicht zeigen', 'nao mostre',
  ],
  round: [
    'round', 'rounded', 'rounding', 'approximate', 'approximately', 'roughly', 'redondea', 'redondear', 'redondeado', 'aproximado', 'arrondir', 'arrondi', 'arrondis',
    'runden', 'gerundet', 'gerundete', 'ungefahr', 'arredondar', 'arredondado', 'arredondados', 'aproximados',
  ],
  exact: [
    'exact', 'full', 'precise', 'show', 'real', 'exacto', 'exactos', 'completo', 'muestra', 'mostrar', 'exact', 'exacts', 'complet', 'montre', 'montrer', 'afficher',
    'genau', 'genaue', 'exakt', 'exakte', 'voll', 'zeig', 'zeige', 'zeigen', 'exato', 'exatos', 'mostra', 'mostre',
  ],
  passkey: ['passkey', 'passkeys'],
  lost: [
    'lost', 'lose', 'recover', 'recovery', 'new phone', 'broken', 'gone', 'forgot', 'forgotten', 'replace', 'perdi', 'perdido', 'recuperar', 'perdu', 'recuperer', 'verloren', 'wiederherstellen',
  ],
  danger: [
    'stolen', 'stole', 'fraud', 'fraudulent', 'scam', 'scammed', 'scammer', 'hacked', 'not me', 'wasnt me', 'lost card', 'lost my card', 'lost my wallet', 'unauthorised', 'unauthorized', 'somebody used my card', 'someone used my card', 'someone is using my card', 'freeze',
    'robado', 'robada', 'robaron', 'fraude', 'estafa', 'bloquear', 'bloquea', 'vole', 'volee', 'arnaque', 'bloquer',
    'gestohlen', 'geklaut', 'betrug', 'sperren', 'roubado', 'roubada', 'roubaram', 'golpe', 'bloqueia',
  ],
  card: ['card', 'cards', 'tarjeta', 'carte', 'karte', 'cartao', 'payment', 'payments', 'cheque', 'check', 'transfer'],
  not: ['dont', 'do not', 'not', 'never', 'no', 'nunca', 'ne', 'pas', 'nicht', 'kein', 'keine', 'nao'],
} as const satisfies Record<string, readonly string[]> // prettier-ignore

export type Idea = keyof typeof lexicon
