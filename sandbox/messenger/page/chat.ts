import { avatar, byId, element } from './elements.ts'
import { listPeople, makePerson, perform, type Person } from './messenger-api.ts'
import { openThread, type ThreadPane } from './thread-pane.ts'

/** The page: a list of people, and the thread of the one who is chosen (`?person=<psid>` in the address). */
let pane: ThreadPane | undefined
let current = ''

async function showPeople(): Promise<void> {
  const people = await listPeople()
  byId('people-list', HTMLUListElement).replaceChildren(
    ...people.map((person) => element('li', {}, renderPerson(person))),
  )
}

function renderPerson(person: Person): HTMLElement {
  const words = element(
    'span',
    { class: 'person-words' },
    element('span', { class: 'person-name' }, person.name),
    element('span', { class: 'person-last' }, person.last === '' ? 'No messages yet' : person.last),
  )
  const made = element(
    'button',
    {
      type: 'button',
      class: 'person',
      'data-testid': 'person',
      'data-psid': person.psid,
      'aria-current': person.psid === current ? 'true' : 'false',
    },
    avatar(person.name),
    words,
  )
  made.addEventListener('click', () => go(person.psid))
  return made
}

/** Goes to a person's thread ('' for the list) and puts it into the address. */
function go(psid: string): void {
  history.pushState(null, '', psid === '' ? '/' : `/?person=${encodeURIComponent(psid)}`)
  show()
}

function show(): void {
  const query = new URLSearchParams(location.search)
  const psid = query.get('person') ?? ''
  if (psid !== current) {
    pane?.close()
    pane = psid === '' ? undefined : openThread(psid, refreshPeople)
    const ref = query.get('ref')
    if (psid !== '' && ref !== null) report(perform(psid, { act: 'refer', ref }))
  }
  current = psid
  byId('chat', HTMLElement).hidden = psid === ''
  byId('nobody', HTMLElement).hidden = psid !== ''
  document.body.dataset['view'] = psid === '' ? 'people' : 'chat'
  if (psid === '') document.title = 'Sandbox messenger'
  else byId('composer', HTMLTextAreaElement).focus()
  refreshPeople()
}

function refreshPeople(): void {
  report(showPeople())
}

function report(work: Promise<void>): void {
  const trouble = byId('people-trouble', HTMLElement)
  work.then(
    () => (trouble.textContent = ''),
    (error: unknown) => (trouble.textContent = error instanceof Error ? error.message : 'That did not work'),
  )
}

async function addPerson(): Promise<void> {
  const field = byId('new-name', HTMLInputElement)
  const psid = await makePerson(field.value)
  field.value = ''
  go(psid)
}

byId('new-person', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  report(addPerson())
})
byId('back', HTMLButtonElement).addEventListener('click', () => go(''))
addEventListener('popstate', show)
show()
