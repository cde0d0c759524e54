import type { ChosenFile } from './worker-messages.ts'

/** A log of ten million entries has some 80,000 files. */
const filesMax = 200_000

/** The files of an input; those of a folder with their paths in it. */
export function filesOfInput(input: HTMLInputElement): readonly ChosenFile[] {
  return [...(input.files ?? [])]
    .slice(0, filesMax)
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
}

/** What was dropped, folders with everything in them. */
export async function filesOfDrop(data: DataTransfer): Promise<readonly ChosenFile[]> {
  // The list is emptied once the event is over: entries are taken first, then read.
  const dropped = [...data.items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
  const files: ChosenFile[] = []
  for (const one of dropped) {
    if (one instanceof File) files.push({ path: one.name, file: one })
    else if (one !== null) await addEntry(one, files)
  }
  return files
}

async function addEntry(entry: FileSystemEntry, files: ChosenFile[]): Promise<void> {
  if (files.length >= filesMax) return
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    files.push({ path: entry.fullPath.replace(/^\//, ''), file })
  }
  if (entry instanceof FileSystemDirectoryEntry) await addFolder(entry.createReader(), files)
}

/** A reader gives a folder's entries in parts; an empty part is the end. */
async function addFolder(reader: FileSystemDirectoryReader, files: ChosenFile[]): Promise<void> {
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (part.length === 0 || files.length >= filesMax) return
    for (const entry of part) await addEntry(entry, files)
  }
}
