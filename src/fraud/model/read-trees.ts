import { broken, leafMark, missingLeftMark, nodeBytes } from './model-file.ts'
import type { Tree } from './model.ts'
import { modelLimits } from './train-options.ts'

/**
 * Reads all trees of a file's body, and checks that each is one: what is read can be walked to its end by any row.
 * @throws Fault `fraud/model-broken`
 */
export function readTrees(body: Uint8Array, count: number, featureCount: number): readonly Tree[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const trees: Tree[] = []
  let at = 0
  for (let tree = 0; tree < count; tree += 1) {
    if (at + 2 > body.length) broken('ends before its trees')
    const nodes = view.getUint16(at, true)
    at += 2
    if (at + nodes * nodeBytes > body.length) broken('ends within a tree')
    trees.push(readTree(new DataView(view.buffer, view.byteOffset + at, nodes * nodeBytes), nodes, featureCount))
    at += nodes * nodeBytes
  }
  if (at !== body.length) broken('goes on after its trees')
  return trees
}

function readTree(view: DataView, nodes: number, featureCount: number): Tree {
  const marks = Array.from({ length: nodes }, (_, node) => view.getUint16(node * nodeBytes, true))
  const tree: Tree = {
    features: Int16Array.from(marks, (mark) => (mark === leafMark ? -1 : mark & ~missingLeftMark)),
    missingLeft: Uint8Array.from(marks, (mark) => (mark !== leafMark && (mark & missingLeftMark) !== 0 ? 1 : 0)),
    values: Float64Array.from(marks, (_, node) => view.getFloat64(node * nodeBytes + 2, true)),
    counts: Uint32Array.from(marks, (_, node) => view.getUint32(node * nodeBytes + 10, true)),
    rights: new Uint16Array(nodes),
  }
  if (tree.features.some((feature) => feature >= featureCount)) broken('asks for a feature that it does not name')
  if (!tree.values.every(Number.isFinite)) broken('holds what is not a number')
  if (tree.values.some((value, node) => tree.features[node] === -1 && Math.abs(value) > modelLimits.logOdds)) {
    broken('gives advice without measure')
  }
  if (findRights(tree, 0, 0) !== nodes) broken('holds nodes that no row reaches')
  return tree
}

/** Finds where right parts begin, and that counts add up; gives the node after this part. */
function findRights(tree: Tree, node: number, depth: number): number {
  if (node >= tree.features.length) broken('ends within a branch')
  const count = tree.counts[node] ?? 0
  if (count === 0) broken('has a node that no row of the training reached')
  if ((tree.features[node] ?? -1) < 0) return node + 1
  if (depth === modelLimits.depth) broken('is too deep')
  const right = findRights(tree, node + 1, depth + 1)
  tree.rights[node] = right
  const end = findRights(tree, right, depth + 1)
  if ((tree.counts[node + 1] ?? 0) + (tree.counts[right] ?? 0) !== count) broken('has counts that do not add up')
  return end
}
