/**
 * Whether the whole text matches the pattern: `*` is any run of characters, `?` exactly one, everything else itself.
 * Case counts and nothing escapes. Time is at most pattern times text, memory none, so no pattern can hang a guard.
 */
export const matchesPattern = (pattern: string, text: string): boolean => {
  let at = 0
  let star = -1
  // The position at which the last `*` began to match. On a mismatch it swallows one more. Earlier ones need no second
  // try.
  let swallowed = 0
  let position = 0
  while (position < text.length) {
    const wanted = pattern[at]
    if (wanted === '*') {
      star = at++
      swallowed = position
    } else if (wanted === '?' || (wanted !== undefined && wanted === text[position])) {
      at++
      position++
    } else if (star >= 0) {
      at = star + 1
      position = ++swallowed
    } else {
      return false
    }
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

/** Whether some text matches the pattern and has this form: at each position one of the given letters. */
export const canMatchForm = (pattern: string, form: readonly string[]): boolean => {
  let reached = [0]
  for (const letter of pattern) {
    const [first = form.length + 1] = reached
    reached =
      letter === '*'
        ? Array.from({ length: form.length + 1 - first }, (_, step) => first + step)
        : reached.filter(place => describeFits(letter, form[place])).map(place => place + 1)
  }
  return reached.includes(form.length)
}

const describeFits = (letter: string, letters: string | undefined): boolean =>
  letters !== undefined && (letter === '?' || letters.includes(letter))
