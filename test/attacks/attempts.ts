import { authorAttempts } from './attempts/author.ts'
import { launcherAttempts } from './attempts/launcher.ts'
import { memberAccountAttempts } from './attempts/member-account.ts'
import { operatorAttempts } from './attempts/operator.ts'
import { readerAttempts } from './attempts/reader.ts'
import { subscriberAttempts } from './attempts/subscriber.ts'
import { taggerAttempts } from './attempts/tagger.ts'
import type { Attempt } from './model.ts'

/** Every attempt of the model, by who tries it. */
export const ATTEMPTS: readonly Attempt[] = [
  ...launcherAttempts,
  ...memberAccountAttempts,
  ...authorAttempts,
  ...operatorAttempts,
  ...taggerAttempts,
  ...readerAttempts,
  ...subscriberAttempts,
]
