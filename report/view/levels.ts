import { type Item, LEVELS, type Level } from '../data/item.ts'
import { byId, make } from '../element.ts'

const CLASSES: Readonly<Record<Level, string>> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
  INFO: 'info',
  UNKNOWN: 'unknown',
  EXEMPT: 'exempt',
  PASSED: 'passed',
}

/** The name of the level's colour, and of its class. */
export const levelClass = (level: Level): string => CLASSES[level]

export const badge = (level: Level): HTMLElement => make('span', { class: `badge ${levelClass(level)}` }, level)

/** What the colours of the charts stand for, of those that occur. */
export const showLevels = (items: readonly Item[]): void => {
  const present = new Set(items.map(({ level }) => level))
  byId('levels').replaceChildren(
    ...LEVELS.filter(level => present.has(level)).map(level =>
      make('li', {}, make('span', { class: `dot ${levelClass(level)}`, 'aria-hidden': 'true' }), level),
    ),
  )
}
