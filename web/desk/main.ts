import { answerKeys } from './answer-keys.ts'
import { countDown } from './count-down.ts'
import { keepLive } from './keep-live.ts'
import { showWaiting } from './show-waiting.ts'

countDown()
answerKeys()
keepLive()
showWaiting()
document.querySelector<HTMLElement>('[data-done], [data-found]')?.focus()

// A suggestion goes into the field first where there is a script, so that nobody sends what they have not read.
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-suggestion]')) {
  button.addEventListener('click', (event) => {
    const field = document.querySelector<HTMLTextAreaElement>('[data-say]')
    const words = button.form?.elements.namedItem('words')
    if (field === null || !(words instanceof HTMLInputElement)) return
    event.preventDefault()
    field.value = field.value === '' ? words.value : `${field.value}\n${words.value}`
    field.focus()
  })
}
