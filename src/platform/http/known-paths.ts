/** Which methods a path has, for telling "not here" (404) from "not like this" (405). */
export type KnownPaths = {
  add(path: string, method: string): void
  /** The methods of the paths that fit; none means that there is no such path. */
  methodsOf(path: string): readonly string[]
}

/** A list of the routes' paths: `:name` fits one segment, `*` the rest. */
export function createKnownPaths(): KnownPaths {
  const known = new Map<string, { readonly shape: RegExp; readonly methods: Set<string> }>()
  return {
    add(path, method) {
      const entry = known.get(path) ?? { shape: shapeOf(path), methods: new Set<string>() }
      known.set(path, { ...entry, methods: entry.methods.add(method) })
    },
    methodsOf(path) {
      const fitting = [...known.values()].filter(({ shape }) => shape.test(path))
      return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort()
    },
  }
}

function shapeOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    if (segment.startsWith(':')) return '[^/]+'
    return segment === '*' ? '.*' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${segments.join('/')}$`)
}
