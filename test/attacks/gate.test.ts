// Threat rows 10, 11, 15, 16 and 18 on the embedded server.
import { cloneDatabase } from '../setup/database.ts'
import { gateProbes } from './gate-probes.ts'

gateProbes(cloneDatabase, { requests: 10_000 })
