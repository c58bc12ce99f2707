import { type Item, LEVELS, type Level } from '../data/item.ts'
import { findById, make } from '../element.ts'

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
export const getLevelClass = (level: Level): string => CLASSES[level]

export const createBadge = (level: Level): HTMLElement =>
  make('span', { class: `badge ${getLevelClass(level)}` }, level)

/** The legend of the colours that occur in the charts. */
export const showLevels = (items: readonly Item[]): void => {
  const present = new Set(items.map(({ level }) => level))
  findById('levels').replaceChildren(
    ...LEVELS.filter(level => present.has(level)).map(level =>
      make('li', {}, make('span', { class: `dot ${getLevelClass(level)}`, 'aria-hidden': 'true' }), level),
    ),
  )
}
