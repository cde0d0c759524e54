const DAY_SECONDS = 86_400

/** Says seconds since a day's beginning (UTC) as `YYYY-MM-DD HH:MM:SS`; quick for times in order, whose day stays the same. */
export function dayAndTime(startMs: number): (seconds: number) => string {
  let day = -1
  let dayText = ''
  return (seconds) => {
    const itsDay = Math.floor(seconds / DAY_SECONDS)
    if (itsDay !== day) {
      day = itsDay
      dayText = new Date(startMs + itsDay * DAY_SECONDS * 1_000).toISOString().slice(0, 10)
    }
    const second = seconds - itsDay * DAY_SECONDS
    const minute = Math.floor(second / 60)
    return `${dayText} ${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second % 60)}`
  }
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`
}
