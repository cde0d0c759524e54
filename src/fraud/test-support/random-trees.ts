import type { Tree } from '../model/model.ts'

/** A tree as training could leave it: bounds from a few values, so that features come twice on a path. */
export function randomTree(random: () => number, width: number, depth: number): Tree {
  const nodes: { feature: number; value: number; missingLeft: number; count: number; right: number }[] = []
  const grow = (levels: number, count: number): void => {
    const node = { feature: -1, value: random() - 0.5, missingLeft: 0, count, right: 0 }
    nodes.push(node)
    if (levels === 0 || count < 2 || random() < 0.15) return
    const left = 1 + Math.floor(random() * (count - 1))
    node.feature = Math.floor(random() * width)
    node.value = Math.floor(random() * 9) / 4 - 1
    node.missingLeft = random() < 0.5 ? 1 : 0
    grow(levels - 1, left)
    node.right = nodes.length
    grow(levels - 1, count - left)
  }
  grow(depth, 1_000)
  return {
    features: Int16Array.from(nodes, ({ feature }) => feature),
    values: Float64Array.from(nodes, ({ value }) => value),
    missingLeft: Uint8Array.from(nodes, ({ missingLeft }) => missingLeft),
    counts: Uint32Array.from(nodes, ({ count }) => count),
    rights: Uint16Array.from(nodes, ({ right }) => right),
  }
}

/** A row whose values often meet bounds exactly, and are sometimes missing. */
export function randomRow(random: () => number, width: number): Float64Array {
  return Float64Array.from({ length: width }, () =>
    random() < 0.2 ? NaN : random() < 0.5 ? Math.floor(random() * 9) / 4 - 1 : 2 * random() - 1,
  )
}

/** A tree's advice for a row, by walking it. */
export function adviceOf(tree: Tree, row: Float64Array): number {
  let node = 0
  while (tree.features[node]! >= 0) {
    const value = row[tree.features[node]!]!
    const isLeft = Number.isNaN(value) ? tree.missingLeft[node] === 1 : value <= tree.values[node]!
    node = isLeft ? node + 1 : tree.rights[node]!
  }
  return tree.values[node]!
}
