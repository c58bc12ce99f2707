type TurnPage = (to: 'prev' | 'next' | 'first' | 'last') => Promise<void>

const PAGES: Readonly<Record<string, 'prev' | 'next'>> = { PageUp: 'prev', PageDown: 'next' }

const findButtons = (table: HTMLElement): readonly HTMLElement[] => [
  ...table.querySelectorAll<HTMLElement>('.tabulator-row button'),
]

const placeAfter = (key: string, place: number, count: number): number | undefined => {
  if (key === 'ArrowDown') return Math.min(place + 1, count - 1)
  if (key === 'ArrowUp') return Math.max(place - 1, 0)
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}

/** One row is in the order of Tab. The arrows go on from there, and PgUp and PgDn change the page. */
export const moveByKeys = (table: HTMLElement, turnPage: TurnPage): void => {
  const makeReachable = (): void => {
    const buttons = findButtons(table)
    if (buttons.length > 0 && !buttons.some(each => each.tabIndex === 0)) buttons[0]?.setAttribute('tabindex', '0')
  }
  new MutationObserver(makeReachable).observe(table, { childList: true, subtree: true })
  const focusElement = (target: HTMLElement | undefined): void => {
    for (const each of findButtons(table)) each.setAttribute('tabindex', each === target ? '0' : '-1')
    target?.focus()
    target?.scrollIntoView({ block: 'nearest' })
  }
  table.addEventListener('keydown', event => {
    const buttons = findButtons(table)
    const place = [...buttons.keys()].find(index => buttons[index] === document.activeElement) ?? -1
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    const page = PAGES[event.key]
    const next = placeAfter(event.key, place, buttons.length)
    if (page === undefined && next === undefined) return
    event.preventDefault()
    if (next !== undefined) focusElement(buttons[next])
    else if (page !== undefined)
      void turnPage(page).then(
        () => focusElement(findButtons(table)[0]),
        // There is no such page: the row stays.
        () => {},
      )
  })
}
