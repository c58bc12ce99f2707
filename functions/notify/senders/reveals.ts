/** So many characters in a row of a secret are a part of it, and no chance. */
const PART = 4

const decodeText = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

// However it is written: in capitals, percent-encoded, with something between the characters.
const extractEssence = (text: string): string =>
  decodeText(text)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')

/** Whether a text contains any part of a secret. */
export const reveals = (text: string, secret: string): boolean => {
  const [said, hidden] = [extractEssence(text), extractEssence(secret)]
  for (let start = 0; start + PART <= hidden.length; start += 1)
    if (said.includes(hidden.slice(start, start + PART))) return true
  return false
}
