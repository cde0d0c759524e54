import { expect, test } from 'vitest'
import { meaningOf } from './graph-errors.ts'

const meaning = (code: number, subcode?: number, windowOpen = true): string =>
  meaningOf({ code, subcode, status: 400 }, windowOpen).kind

test('each error of the Send API has one meaning', () => {
  expect([meaning(1, 99), meaning(2), meaning(4), meaning(32), meaning(613, 2018338)]).toEqual(Array(5).fill('later'))
  expect([meaning(10, 2018278), meaning(10, 2534022)]).toEqual(['window-closed', 'window-closed'])
  expect([meaning(10), meaning(10, 1893063), meaning(190, 463), meaning(368), meaning(200, 2018028)]).toEqual(
    Array(5).fill('hold'),
  )
  expect([meaning(10, 2018065), meaning(10, 2018108), meaning(100, 2018001), meaning(100), meaning(551)]).toEqual(
    Array(5).fill('refused'),
  )
  expect(meaningOf({ code: 12345, subcode: undefined, status: 500 }, true).kind).toBe('later')
})

test('1545041 means "window closed" only where our own clock says so too', () => {
  expect([meaning(551, 1545041, true), meaning(551, 1545041, false)]).toEqual(['refused', 'window-closed'])
  expect([meaning(200, 1545041, true), meaning(200, 1545041, false)]).toEqual(['refused', 'window-closed'])
})
