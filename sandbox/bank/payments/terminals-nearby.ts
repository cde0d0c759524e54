type Point = { readonly x: number; readonly y: number }

/** For each point, the numbers of the terminals within `reach`, ascending; both lie on a square with this side. */
export function terminalsNearby(square: {
  readonly points: readonly Point[]
  readonly terminals: readonly Point[]
  readonly side: number
  readonly reach: number
}): number[][] {
  const { points, terminals, side, reach } = square
  // Cells as wide as the reach: whatever is near lies in a cell or one of its neighbours.
  const across = Math.ceil(side / reach)
  const cellOf = (value: number): number => Math.min(across - 1, Math.floor(value / reach))
  const cells = Array.from({ length: across * across }, (): number[] => [])
  for (const [id, { x, y }] of terminals.entries()) cells[cellOf(y) * across + cellOf(x)]?.push(id)

  const isNear = (point: Point, id: number): boolean => {
    const terminal = terminals[id]
    if (terminal === undefined) return false
    return (terminal.x - point.x) ** 2 + (terminal.y - point.y) ** 2 < reach * reach
  }
  return points.map((point) => {
    const near: number[] = []
    for (let row = cellOf(point.y) - 1; row <= cellOf(point.y) + 1; row += 1) {
      for (let column = cellOf(point.x) - 1; column <= cellOf(point.x) + 1; column += 1) {
        if (column < 0 || column >= across) continue
        near.push(...(cells[row * across + column] ?? []).filter((id) => isNear(point, id)))
      }
    }
    return near.sort((a, b) => a - b)
  })
}
