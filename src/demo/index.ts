export { runDemo } from './run-demo.ts'
export { resetDemo } from './reset-demo.ts'
export { runSandbox } from './run-sandbox.ts'
export { runTour } from './tour/run-tour.ts'
