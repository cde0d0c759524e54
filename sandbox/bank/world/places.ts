/** A real street in a real city, where an invented shop may stand. Coordinates to about a block. */
export type Street = {
  readonly street: string
  readonly postalCode: string
  readonly latitude: number
  readonly longitude: number
}

/** A real city; `currency` is what its shops charge in. */
export type City = {
  readonly city: string
  readonly region: string
  readonly country: string
  readonly currency: string
  readonly streets: readonly Street[]
}

const street = (name: string, postalCode: string, latitude: number, longitude: number): Street => ({
  street: name,
  postalCode,
  latitude,
  longitude,
})

/** Where the bank's people live and travel. */
export const CITIES = {
  sanFrancisco: {
    city: 'San Francisco',
    region: 'CA',
    country: 'US',
    currency: 'USD',
    streets: [
      street('Valencia St', '94110', 37.7599, -122.4214),
      street('Irving St', '94122', 37.7636, -122.4665),
      street('Clement St', '94118', 37.7829, -122.4634),
      street('Mission St', '94103', 37.7786, -122.4121),
      street('Columbus Ave', '94133', 37.7989, -122.4079),
    ],
  },
  chicago: {
    city: 'Chicago',
    region: 'IL',
    country: 'US',
    currency: 'USD',
    streets: [
      street('N Milwaukee Ave', '60622', 41.9087, -87.6776),
      street('N Clark St', '60614', 41.9185, -87.6363),
      street('W Madison St', '60602', 41.8819, -87.6319),
      street('S Halsted St', '60608', 41.8576, -87.6465),
    ],
  },
  houston: {
    city: 'Houston',
    region: 'TX',
    country: 'US',
    currency: 'USD',
    streets: [
      street('Westheimer Rd', '77006', 29.7424, -95.3906),
      street('Bellaire Blvd', '77036', 29.7044, -95.5402),
      street('Main St', '77002', 29.7589, -95.3621),
      street('Kirby Dr', '77098', 29.7354, -95.4186),
    ],
  },
  newYork: {
    city: 'New York',
    region: 'NY',
    country: 'US',
    currency: 'USD',
    streets: [
      street('Amsterdam Ave', '10025', 40.7963, -73.9701),
      street('Bleecker St', '10012', 40.7287, -73.9997),
      street('2nd Ave', '10003', 40.7314, -73.986),
      street('Lexington Ave', '10021', 40.7702, -73.9619),
    ],
  },
  seattle: {
    city: 'Seattle',
    region: 'WA',
    country: 'US',
    currency: 'USD',
    streets: [
      street('Pike St', '98101', 47.6106, -122.3372),
      street('NW Market St', '98107', 47.6687, -122.3849),
      street('Broadway E', '98102', 47.6205, -122.3212),
      street('Rainier Ave S', '98118', 47.5583, -122.2849),
    ],
  },
  austin: {
    city: 'Austin',
    region: 'TX',
    country: 'US',
    currency: 'USD',
    streets: [
      street('S Congress Ave', '78704', 30.2484, -97.7501),
      street('Burnet Rd', '78756', 30.3201, -97.7394),
      street('E 6th St', '78702', 30.2637, -97.7271),
      street('S Lamar Blvd', '78704', 30.2511, -97.7671),
    ],
  },
  denver: {
    city: 'Denver',
    region: 'CO',
    country: 'US',
    currency: 'USD',
    streets: [
      street('S Broadway', '80209', 39.7045, -104.9876),
      street('W 32nd Ave', '80211', 39.7622, -105.0183),
      street('E Colfax Ave', '80206', 39.7401, -104.9537),
      street('Larimer St', '80202', 39.7489, -104.9981),
    ],
  },
  lisbon: {
    city: 'Lisboa',
    region: '',
    country: 'PT',
    currency: 'EUR',
    streets: [
      street('Rua Garrett', '1200-203', 38.7107, -9.1427),
      street('Rua Augusta', '1100-053', 38.711, -9.1372),
      street('Av. da Liberdade', '1250-096', 38.7199, -9.1457),
    ],
  },
  london: {
    city: 'London',
    region: '',
    country: 'GB',
    currency: 'GBP',
    streets: [
      street('Brick Lane', 'E1 6QL', 51.5219, -0.0717),
      street('Marylebone High St', 'W1U 4RB', 51.5204, -0.1517),
      street('Borough High St', 'SE1 1LB', 51.5051, -0.0906),
    ],
  },
  tokyo: {
    city: 'Tokyo',
    region: '',
    country: 'JP',
    currency: 'JPY',
    streets: [
      street('Kappabashi-dori', '111-0035', 35.7139, 139.7884),
      street('Omotesando', '150-0001', 35.6652, 139.7126),
      street('Nakamise-dori', '111-0032', 35.7128, 139.7964),
    ],
  },
  mexicoCity: {
    city: 'Ciudad de México',
    region: '',
    country: 'MX',
    currency: 'MXN',
    streets: [
      street('Av. Álvaro Obregón', '06700', 19.4186, -99.1606),
      street('Calle Madero', '06000', 19.4337, -99.1379),
      street('Av. Michoacán', '06140', 19.4117, -99.1727),
    ],
  },
} as const satisfies Record<string, City>

/** US dollars for one unit, in hundred-thousandths; each day moves a little around it. */
export const FX_BASE_E5: Readonly<Record<string, number>> = { EUR: 108_420, GBP: 127_350, JPY: 667, MXN: 5_480 }
