import { findById } from './element.ts'

const root = document.documentElement
const prefersDark = matchMedia('(prefers-color-scheme: dark)')
const printing = matchMedia('print')

const isDark = (): boolean => {
  const chosen = root.dataset['theme']
  return !printing.matches && (chosen === undefined ? prefersDark.matches : chosen === 'dark')
}

/** A colour of the style sheet, as it is now: light, dark or on paper. */
export const readColour = (name: string): string => getComputedStyle(root).getPropertyValue(`--${name}`).trim()

/**
 * Light or dark as the system is, until the button changes it. `onChange` redraws the parts that do not follow by
 * themselves.
 */
export const setUpTheme = (onChange: () => void): void => {
  const button = findById('theme')
  const show = (): void => {
    button.textContent = isDark() ? 'Light' : 'Dark'
    button.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours')
    onChange()
  }
  button.addEventListener('click', () => {
    root.dataset['theme'] = isDark() ? 'light' : 'dark'
    show()
  })
  prefersDark.addEventListener('change', show)
  printing.addEventListener('change', show)
  show()
}
