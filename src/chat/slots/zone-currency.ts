/**
 * The currency of the country that an IANA time zone lies in, as far as we know it; undefined for UTC and the like.
 * It says what "$" and a bare "50" mean, nothing more.
 */
export function currencyOfZone(timeZone: string): string | undefined {
  const [area = '', ...rest] = timeZone.split('/')
  const city = rest.at(-1) ?? ''
  if (rest[0] === 'Argentina') return 'ARS'
  if (rest[0] === 'Indiana' || rest[0] === 'Kentucky' || rest[0] === 'North_Dakota') return 'USD'
  return cities.get(city) ?? areas[area]
}

// What most cities of an area use; the others are named below.
const areas: { readonly [area: string]: string | undefined } = {
  Europe: 'EUR', America: 'USD', US: 'USD', Canada: 'CAD', Mexico: 'MXN', Brazil: 'BRL', Chile: 'CLP', Australia: 'AUD',
} // prettier-ignore

const citiesOf = {
  GBP: 'London Belfast Jersey Guernsey Isle_of_Man',
  CHF: 'Zurich Vaduz Busingen',
  SEK: 'Stockholm',
  NOK: 'Oslo Longyearbyen',
  DKK: 'Copenhagen Faroe Nuuk Godthab',
  ISK: 'Reykjavik',
  PLN: 'Warsaw',
  CZK: 'Prague',
  HUF: 'Budapest',
  RON: 'Bucharest',
  TRY: 'Istanbul',
  UAH: 'Kiev Kyiv',
  RUB: 'Moscow Kaliningrad Samara Volgograd',
  RSD: 'Belgrade',
  EUR: 'Canary Madeira Azores Ceuta Reunion Mayotte Martinique Guadeloupe Cayenne Miquelon Nicosia',
  MXN: 'Mexico_City Cancun Merida Monterrey Matamoros Chihuahua Ciudad_Juarez Ojinaga Mazatlan Bahia_Banderas Hermosillo Tijuana Ensenada',
  BRL: 'Sao_Paulo Bahia Fortaleza Recife Belem Manaus Cuiaba Campo_Grande Maceio Araguaina Boa_Vista Porto_Velho Rio_Branco Noronha Santarem Eirunepe',
  CAD: 'Toronto Vancouver Montreal Winnipeg Edmonton Halifax St_Johns Regina Moncton Whitehorse Yellowknife Iqaluit Thunder_Bay Glace_Bay Goose_Bay',
  ARS: 'Buenos_Aires Cordoba',
  CLP: 'Santiago Punta_Arenas Coyhaique Easter',
  COP: 'Bogota',
  PEN: 'Lima',
  UYU: 'Montevideo',
  PYG: 'Asuncion',
  BOB: 'La_Paz',
  VES: 'Caracas',
  DOP: 'Santo_Domingo',
  CRC: 'Costa_Rica',
  GTQ: 'Guatemala',
  HNL: 'Tegucigalpa',
  NIO: 'Managua',
  CUP: 'Havana',
  NZD: 'Auckland Chatham',
  USD: 'Honolulu Guam',
  JPY: 'Tokyo',
  CNY: 'Shanghai Urumqi',
  INR: 'Kolkata Calcutta',
  SGD: 'Singapore',
  HKD: 'Hong_Kong',
  KRW: 'Seoul',
  AED: 'Dubai',
  ILS: 'Jerusalem Tel_Aviv',
  THB: 'Bangkok',
  PHP: 'Manila',
  ZAR: 'Johannesburg',
  NGN: 'Lagos',
  KES: 'Nairobi',
  EGP: 'Cairo',
  MAD: 'Casablanca',
  XOF: 'Abidjan Dakar',
  AOA: 'Luanda',
  MZN: 'Maputo',
  CVE: 'Cape_Verde',
}

const cities: ReadonlyMap<string, string> = new Map(
  Object.entries(citiesOf).flatMap(([currency, names]) => names.split(' ').map((name) => [name, currency] as const)),
)
