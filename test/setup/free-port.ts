export { freePort } from '../../sandbox/bank/free-port.ts'
