/**
 * Takes out of a fetched page what acts: scripts, frames, forms' targets, refreshes, handlers, script addresses. The frame
 * around it (sandboxed, with a policy that loads nothing) is the real lock; this keeps the picture quiet.
 */
export function sanitizePage(html: string, styles: string): string {
  const quiet = html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(script|iframe|object|embed|frame|frameset|template|noscript)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<(script|iframe|object|embed|frame|base|meta|link)\b[^>]*>/gi, '')
    .replace(/\s(on[a-z]+|formaction|action|srcdoc|ping)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, '')
    .replace(/(href|src)\s*=\s*(["']?)\s*(javascript|data|vbscript):[^"'\s>]*/gi, '$1=$2about:blank')
  const safeStyles = styles.replace(/<\/?style/gi, '').replace(/@import[^;]*;/gi, '')
  return `<style>${safeStyles}</style>${quiet}`
}
