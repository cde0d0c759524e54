/**
 * What somebody of the staff wrote for colleagues, as it is kept: line breaks stay, and every other character goes that cannot be seen, or that turns the
 * direction of writing, so that a title cannot hide or pass for words of the page around it.
 */
export function staffText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n]/gu, '')
    .trim()
}
