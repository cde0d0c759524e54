import { type Found, type Phrases, lookUp, makeTable } from './phrase-table.ts'
import type { Token } from './tokens.ts'

/** Our names of what money is spent on. */
export const categories = [
  'groceries', 'eating-out', 'transport', 'travel', 'home', 'shopping', 'health', 'leisure', 'bills', 'education', 'cash', 'fees', 'other',
] as const // prettier-ignore
export type Category = (typeof categories)[number]

/** The category that the words at a place name. */
export function categoryAt(tokens: readonly Token[], at: number): Found<Category> | undefined {
  return lookUp(table, tokens, at)
}

const words: { readonly [Name in Category]: readonly Phrases[] } = {
  groceries: [
    'groceries|grocery|food shop|food shopping|supermarket|supermarkets|food',
    'supermercado|supermercados|comida|alimentacion|la compra|despensa|el super|viveres|mandado',
    'courses alimentaires|courses|supermarche|supermarches|alimentation|epicerie|nourriture',
    'lebensmittel|supermarkt|supermarkte|supermarkten|einkaufe fur essen|lebensmitteleinkaufe|essen',
    'mercado|supermercado|supermercados|compras de mercado|mercearia|alimentacao|comida',
  ],
  'eating-out': [
    'eating out|restaurants|restaurant|takeaway|takeaways|take out|takeout|coffee|coffees|cafes|dining out|dining|food delivery|lunch|lunches|dinner|dinners|bars|pubs|fast food|brunch',
    'restaurantes|restaurante|comer fuera|cafeterias|cafes|cafe|bares|cenas|comida a domicilio|comida rapida',
    'restaurants|restos|resto|manger dehors|cafes|bistros|repas|livraison de repas|dejeuners',
    'restaurants|restaurant|essen gehen|auswartsessen|auswarts essen|kaffee|cafes|kneipen|lieferessen|mittagessen',
    'restaurantes|restaurante|comer fora|cafes|cafe|bares|lanchonetes|delivery|lanches|almocos|jantares',
  ],
  transport: [
    'transport|public transport|taxis|taxi|cabs|trains|train tickets|bus|buses|parking|tolls|commuting|rideshare|transit|fuel|petrol|gas station|gas stations|gasoline|diesel|charging the car',
    'transporte|transportes|taxis|taxi|metro|autobus|trenes|estacionamiento|aparcamiento|peajes|gasolina|combustible|gasolineras|gasolinera|nafta|diesel',
    'transports|transport|transports en commun|taxis|taxi|metro|peages|stationnement|parking|essence|carburant|station service|stations service|diesel|gazole',
    'verkehr|verkehrsmittel|offis|taxi|taxis|bahnfahrten|bahntickets|parken|fahrkarten|nahverkehr|transport|benzin|tanken|sprit|tankstelle|tankstellen|diesel|kraftstoff',
    'transporte|transportes|taxi|taxis|metro|onibus|estacionamento|pedagios|portagens|gasolina|combustivel|combustiveis|posto de gasolina|postos|etanol|gasoleo',
  ],
  travel: [
    'travel|travelling|traveling|flights|hotels|holidays|vacation|vacations|trips|airlines|airfare',
    'viajes|viaje|vuelos|hoteles|vacaciones|avion',
    'voyages|voyage|vols|hotels|vacances|avion',
    'reisen|reise|fluge|hotels|urlaub|urlaube',
    'viagens|viagem|voos|hoteis|ferias|passagens aereas',
  ],
  shopping: [
    'shopping|clothes|clothing|shoes|electronics|online shopping',
    'compras|ropa|zapatos|electronica|compras en linea|compras online',
    'shopping|vetements|chaussures|fringues|habits|achats en ligne|electronique',
    'shopping|kleidung|klamotten|schuhe|elektronik|einkaufen|online einkaufe',
    'compras|roupas|roupa|sapatos|eletronicos|vestuario|compras online',
  ],
  home: [
    'furniture|home improvement|diy|household|the house|garden|homeware',
    'muebles|bricolaje|hogar|la casa|el hogar|jardin',
    'meubles|bricolage|la maison|maison|jardin|ameublement|decoration',
    'mobel|haushalt|baumarkt|wohnung|garten|einrichtung|haus und garten',
    'moveis|casa|a casa|jardim|decoracao|material de construcao',
  ],
  bills: [
    'bills|utilities|electricity|rent|phone bill|internet|insurance|water bill|power|heating|household bills',
    'facturas|recibos|servicios|luz|electricidad|alquiler|renta|seguros|internet|agua|telefono',
    'factures|electricite|loyer|assurances|internet|eau|telephone|charges',
    'rechnungen|strom|miete|versicherungen|versicherung|internet|nebenkosten|heizung|telefon',
    'contas|contas da casa|luz|eletricidade|aluguel|renda|seguros|internet|agua|telefone',
  ],
  health: [
    'health|pharmacy|pharmacies|doctor|doctors|dentist|medicine|medicines|gym|healthcare',
    'salud|farmacia|farmacias|medico|medicos|dentista|medicinas|gimnasio',
    'sante|pharmacie|pharmacies|medecin|medecins|dentiste|medicaments',
    'gesundheit|apotheke|apotheken|arzt|arzte|zahnarzt|medikamente|fitnessstudio',
    'saude|farmacia|farmacias|medico|medicos|dentista|remedios|academia|ginasio',
  ],
  leisure: [
    'entertainment|cinema|movies|games|gaming|streaming|concerts|subscriptions for tv|nights out|fun|hobbies',
    'entretenimiento|ocio|cine|juegos|videojuegos|conciertos|diversion|streaming',
    'loisirs|divertissement|cinema|jeux|jeux video|concerts|sorties|streaming',
    'unterhaltung|freizeit|kino|spiele|konzerte|streaming|ausgehen',
    'lazer|entretenimento|cinema|jogos|concertos|shows|diversao|streaming',
  ],
  education: [
    'education|tuition|school fees|university|courses|books|school',
    'educacion|colegio|universidad|matricula|libros|colegiatura|escuela',
    'education|ecole|universite|scolarite|formation|livres|cantine',
    'bildung|schule|schulgeld|universitat|studium|bucher|weiterbildung|kita',
    'educacao|escola|faculdade|universidade|mensalidade|mensalidades|livros',
  ],
  cash: [
    'cash|cash withdrawals|withdrawals|atm|atms|cash machine|cash machines|cashpoint',
    'efectivo|retiros|retiradas|cajero|cajeros|retiros de efectivo',
    'especes|retraits|liquide|distributeur|distributeurs|retraits d especes',
    'bargeld|abhebungen|geldautomat|geldautomaten|barabhebungen',
    'dinheiro vivo|saques|levantamentos|caixa eletronico|multibanco',
  ],
  fees: [
    'fees|bank fees|bank charges|commission|commissions|interest charges|fee',
    'comisiones|comisiones bancarias|cargos bancarios|comision',
    'frais|frais bancaires|commissions|agios',
    'gebuhren|bankgebuhren|kontogebuhren|entgelte',
    'tarifas|tarifas bancarias|comissoes|taxas|encargos',
  ],
  other: ['everything else|miscellaneous', 'otros gastos|todo lo demas', 'autres depenses|divers', 'sonstiges|alles andere', 'outros gastos|outras despesas'],
} // prettier-ignore

const table = makeTable<Category>(
  categories.flatMap((category) =>
    // The same word in two languages counts once.
    [...new Set(words[category].flatMap((phrases) => phrases.split('|')))].map((phrase) => [phrase, category] as const),
  ),
)
