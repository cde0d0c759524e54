// node --import ./scripts/run-typescript.mjs FILE.ts: lets Node 20 run TypeScript sources directly. For proofs and
// benchmarks; the product itself runs from dist.
import { register } from 'node:module'

register('./typescript-hooks.mjs', import.meta.url)
process.setSourceMapsEnabled(true)
