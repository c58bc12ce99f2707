import { expect, test } from '@jest/globals'
import { reveals } from '../../../../functions/notify/senders/reveals.ts'

test.each([
  ['its end', 'the token ends in tail', 'xoxb-hidden-tail'],
  ['its beginning', 'xoxb is how it begins', 'xoxb-hidden-tail'],
  ['all of a short one', 'abcd', 'abcd'],
  ['letters in capitals', 'it was HIDD', 'xoxb-hidden-tail'],
  ['letters that the secret has in capitals', 'it was hidd', 'XOXB-HIDDEN-TAIL'],
  ['characters with something between them', 'h.i.d.d', 'xoxb-hidden-tail'],
  ['characters that are percent-encoded', '%68%69%64%64', 'xoxb-hidden-tail'],
  ['characters beside a percent sign that encodes nothing', '100% hidden', 'xoxb-hidden-tail'],
])('a text that reveals %s is recognized', (_, text, secret) => {
  expect(reveals(text, secret)).toBe(true)
})

test.each([
  ['three characters in a row', 'hid them', 'xoxb-hidden-tail'],
  ['nothing of a secret that has fewer than four', 'abc', 'abc'],
])('a text may contain %s by chance', (_, text, secret) => {
  expect(reveals(text, secret)).toBe(false)
})
