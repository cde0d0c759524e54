// ISO 4217 numbers of currencies that cards are billed in, and ISO 3166 codes of three letters and of numbers. What is not here is
// unknown to us: a currency then makes an event unreadable, a country is left out of it.

const currencies =
  pairs(`840 USD 978 EUR 826 GBP 124 CAD 036 AUD 756 CHF 392 JPY 156 CNY 344 HKD 702 SGD 554 NZD 752 SEK 578 NOK
  208 DKK 985 PLN 203 CZK 348 HUF 946 RON 975 BGN 484 MXN 986 BRL 032 ARS 152 CLP 170 COP 604 PEN 858 UYU 356 INR 360 IDR 458 MYR
  608 PHP 764 THB 704 VND 410 KRW 901 TWD 376 ILS 784 AED 682 SAR 634 QAR 414 KWD 048 BHD 512 OMR 400 JOD 818 EGP 710 ZAR 566 NGN
  404 KES 504 MAD 788 TND 949 TRY 980 UAH 643 RUB 398 KZT 352 ISK 188 CRC 214 DOP 320 GTQ 388 JMD 590 PAB 780 TTD 144 LKR 050 BDT
  586 PKR 524 NPR 116 KHR 952 XOF 950 XAF 953 XPF`)

const countries =
  pairs(`USA US CAN CA MEX MX GBR GB IRL IE FRA FR DEU DE ESP ES PRT PT ITA IT NLD NL BEL BE LUX LU CHE CH AUT AT
  DNK DK SWE SE NOR NO FIN FI ISL IS POL PL CZE CZ SVK SK HUN HU ROU RO BGR BG GRC GR HRV HR SVN SI EST EE LVA LV LTU LT MLT MT
  CYP CY TUR TR UKR UA RUS RU ISR IL ARE AE SAU SA QAT QA KWT KW BHR BH OMN OM JOR JO LBN LB EGY EG MAR MA TUN TN ZAF ZA NGA NG
  KEN KE GHA GH IND IN PAK PK BGD BD LKA LK NPL NP CHN CN HKG HK TWN TW JPN JP KOR KR SGP SG MYS MY THA TH VNM VN IDN ID PHL PH
  KHM KH AUS AU NZL NZ BRA BR ARG AR CHL CL COL CO PER PE URY UY ECU EC BOL BO PRY PY VEN VE CRI CR PAN PA GTM GT DOM DO JAM JM
  TTO TT PRI PR BHS BS BRB BB CUB CU KAZ KZ GEO GE ARM AM SRB RS
  840 US 124 CA 484 MX 826 GB 372 IE 250 FR 276 DE 724 ES 620 PT 380 IT 528 NL 056 BE 442 LU 756 CH 040 AT 208 DK 752 SE 578 NO
  246 FI 616 PL 203 CZ 348 HU 642 RO 300 GR 792 TR 376 IL 784 AE 356 IN 156 CN 344 HK 158 TW 392 JP 410 KR 702 SG 458 MY 764 TH
  704 VN 360 ID 608 PH 036 AU 554 NZ 076 BR 032 AR 152 CL 170 CO 604 PE 630 PR 710 ZA 818 EG 504 MA 566 NG 404 KE`)

function pairs(text: string): ReadonlyMap<string, string> {
  const words = text.split(/\s+/)
  return new Map(words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1] ?? ''] as const] : [])))
}

/** The currency with this ISO 4217 number. */
export function currencyOf(number: string): string | undefined {
  return currencies.get(number)
}

/** The ISO 3166 alpha-2 code of a country given by two letters, three letters or three digits. */
export function countryOf(code: string | undefined): string | undefined {
  const upper = code?.toUpperCase() ?? ''
  return /^[A-Z]{2}$/.test(upper) ? upper : countries.get(upper)
}
